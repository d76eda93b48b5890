/**
 * For a wrong option.
 *
 * @throws TypeError naming the option, the value and what is allowed
 */
export function refuse(name: string, value: unknown, allowed: string): never {
  throw new TypeError(`session-keeper: option ${name} is ${shown(value)}; allowed is ${allowed}`);
}

/**
 * An object with none but these names.
 *
 * @param prefix what stands before the names in it
 * @throws TypeError
 */
export function objectOf(
  name: string,
  value: unknown,
  known: readonly string[],
  prefix = `${name}.`,
): Record<string, unknown> {
  if (!isObject(value)) return refuse(name, value, `an object of ${known.join(', ')}`);
  // In a document it names the schema, for whoever edits it.
  for (const each of Object.keys(value))
    if (!known.includes(each) && each !== '$schema')
      refuse(prefix + each, 'present', `one of ${known.join(', ')}`);
  return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? `a ${typeof value}`);
}
