import type { Policy, PolicyInForce } from '../../shared/policy.js';
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

/** Puts a policy in the place of another, in the same object: many parts of the worker hold it, or a section of it. */
export function putInForce(policy: PolicyInForce, next: PolicyInForce): void {
  replace(policy as unknown as Record<string, unknown>, next as unknown as Record<string, unknown>);
}

function replace(target: Record<string, unknown>, source: Record<string, unknown>): void {
  for (const name of Object.keys(target)) if (!(name in source)) delete target[name];
  for (const [name, value] of Object.entries(source)) {
    const section = target[name];
    if (isSection(value) && isSection(section)) replace(section, value);
    else target[name] = value;
  }
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object';
}
