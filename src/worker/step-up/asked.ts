import { objectOf, refuse } from '../../shared/misuse.js';
import type { Verification } from '../../shared/session-status.js';

const ACR_VALUES = 'a list of texts without spaces and quotes, 1000 characters together';

/**
 * What an option asks for.
 *
 * @throws TypeError
 */
export function checkedVerification(name: string, value: Verification): Verification {
  const { acrValues, maxAgeSeconds }: Verification = objectOf(name, value, ['acrValues', 'maxAgeSeconds']);
  if (acrValues === undefined && maxAgeSeconds === undefined)
    refuse(name, value, 'an object with acrValues or maxAgeSeconds');
  if (maxAgeSeconds !== undefined && !(Number.isSafeInteger(maxAgeSeconds) && maxAgeSeconds >= 0))
    refuse(`${name}.maxAgeSeconds`, maxAgeSeconds, 'a whole number of at least 0');
  if (acrValues !== undefined && !isAcrValues(acrValues)) refuse(`${name}.acrValues`, acrValues, ACR_VALUES);
  return value;
}

function isAcrValues(values: readonly string[]): boolean {
  return (
    Array.isArray(values) &&
    values.length > 0 &&
    values.join(' ').length <= 1000 &&
    values.every((value) => typeof value === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value))
  );
}
