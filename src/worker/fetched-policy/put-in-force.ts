import { isObject } from '../../shared/misuse.js';
import { POLICY_BOUNDS, type Policy, type PolicyInForce } from '../../shared/policy.js';
import type { SessionStatus } from '../../shared/session-status.js';

/** The moments before which the limits end no session; 0 where they may at any time. */
export interface Floors {
  readonly idleNotBefore: number;
  readonly absoluteNotBefore: number;
}

export const NO_FLOORS: Floors = { idleNotBefore: 0, absoluteNotBefore: 0 };

/**
 * Whoever is signed in is warned before a shorter limit ends the session, for the new policy's own warning time from now on. Not longer than the
 * session would have gone on without it.
 *
 * @param status of the session by the policy of before
 */
export function floorsOf(
  { idleEndsAt = Infinity, absoluteEndsAt = Infinity }: Pick<SessionStatus, 'idleEndsAt' | 'absoluteEndsAt'>,
  { idleWarningSeconds = 0, absoluteWarningSeconds = 0 }: Policy,
  now: number,
): Floors {
  return {
    idleNotBefore: Math.min(idleEndsAt, now + idleWarningSeconds * 1000),
    absoluteNotBefore: Math.min(absoluteEndsAt, now + absoluteWarningSeconds * 1000),
  };
}

/** The values alone. */
export function valuesOf({
  version: _,
  idleNotBefore: __,
  absoluteNotBefore: ___,
  ...values
}: PolicyInForce): Policy {
  return values;
}

/**
 * Puts a policy in the place of another, in the same object: many parts of the worker hold it, or a section of it whose values all have a
 * default. What an optional part uses is as somebody wrote it, and is not written to.
 */
export function putInForce(policy: PolicyInForce, next: PolicyInForce): void {
  for (const name of Object.keys(policy)) if (!(name in next)) Reflect.deleteProperty(policy, name);
  for (const [name, value] of Object.entries(next)) {
    if (isObject(Reflect.get(POLICY_BOUNDS, name))) Object.assign(Reflect.get(policy, name), value);
    else Reflect.set(policy, name, value);
  }
}
