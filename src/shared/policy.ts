import { objectOf, refuse, shown } from './misuse.js';
import type { Policy, PolicyInput } from './policy-types.js';

export type {
  Policy,
  PolicyInput,
  QueuePolicy,
  RateLimitsPolicy,
  RenewalPolicy,
  RetryPolicy,
  StepUpPolicy,
} from './policy-types.js';

/** The policy that a worker goes by now. Its values change in place when a fetched one takes effect, so whoever uses one reads it anew. */
export interface PolicyInForce extends Policy {
  /** Of the fetched policy; absent where it is the code's own. */
  readonly version?: number;
  /** The limits end no session sooner: who has just been given a shorter one is warned first. In milliseconds since the epoch. */
  readonly idleNotBefore?: number;
  readonly absoluteNotBefore?: number;
}

/** A number; or the lists that it may be, of which the first is the default. */
type Bound =
  | readonly [fallback: number | undefined, least: number, most: number]
  | readonly (readonly string[])[];
interface Bounds {
  /** The name of an option: it belongs to a part that not every worker has, which checks it; see `policy-parts.ts`. */
  readonly [name: string]: Bound | Bounds | string;
}

const MIB = 1024 * 1024;
/** As good as none: 30 000 years. */
export const MOST = 1e12;

/** Each value's default and bounds. What they mean, and why they are so, is in `generate/policy/fields.ts`. */
export const POLICY_BOUNDS = {
  idleTimeoutSeconds: [undefined, 60, MOST],
  absoluteLifetimeSeconds: [undefined, 60, MOST],
  extensionThresholdSeconds: [10, 1, 3600],
  idleWarningSeconds: [undefined, 20, 3600],
  absoluteWarningSeconds: [undefined, 20, 86_400],
  revocationGraceSeconds: [0, 0, 3600],
  activity: [['input'], ['input', 'wake']],
  grantTypes: [['authorization_code', 'refresh_token'], ['authorization_code']],
  limitedScope: 'scopes',
  stepUp: 'stepUp',
  rateLimits: 'limits',
  fallbacks: 'silentFrame',
  renewal: {
    atLifetimeFraction: [0.75, 0.1, 0.95],
    jitterFraction: [0.1, 0, 0.2],
    attemptTimeoutSeconds: [10, 1, 60],
    minIntervalSeconds: [0, 0, 60],
  },
  retry: {
    baseDelaySeconds: [2, 0.1, 60],
    maxDelaySeconds: [60, 1, 3600],
    outageCheckSeconds: [1.5, 0.5, 60],
  },
  queue: {
    maxRequests: [1000, 1, 100_000],
    maxWaitSeconds: [120, 1, 280],
    maxBodyBytes: [8 * MIB, 0, 1024 * MIB],
    maxBytes: [64 * MIB, 0, 4096 * MIB],
  },
} as const satisfies Bounds;

/** A limit, the warning before it, and the default of that where a third of the limit is not less. */
export const POLICY_WARNINGS = [
  ['idleTimeoutSeconds', 'idleWarningSeconds', 120],
  ['absoluteLifetimeSeconds', 'absoluteWarningSeconds', 600],
] as const;

/** A page tells of input this often at most. */
export const UNWARNED_SECONDS = 30;

/**
 * Fills in the defaults and checks every value, and each against the others.
 *
 * @throws TypeError naming the option, the value and what is allowed
 */
export function resolvePolicy(input?: PolicyInput): Policy {
  const policy = resolved('policy', POLICY_BOUNDS, input) as unknown as {
    -readonly [Name in keyof Policy]: Policy[Name];
  };
  atMost(policy, 'idleTimeoutSeconds', 'absoluteLifetimeSeconds');
  // Of the first, which input moves.
  let unwarned = UNWARNED_SECONDS + policy.extensionThresholdSeconds;
  for (const [limit, warning, fallback] of POLICY_WARNINGS) {
    const seconds = policy[limit];
    if (seconds) policy[warning] ??= Math.min(fallback, seconds / 3);
    atMost(policy, warning, limit, unwarned);
    unwarned = UNWARNED_SECONDS;
  }
  return policy;
}

/** Refuses a value that contradicts another one; not where one of them is missing. */
function atMost(policy: Policy, name: keyof Policy, other: keyof Policy, less = 0): void {
  const value = Number(policy[name]);
  const most = Number(policy[other]) - less;
  if (value > most) refuse(`policy.${name}`, value, `at most ${most}, by policy.${other}`);
}

/**
 * Numbers, checked, and filled in where they have a default.
 *
 * @throws TypeError
 */
export function resolveNumbers<Name extends string, Fallback extends number | undefined>(
  path: string,
  bounds: Readonly<Record<Name, readonly [fallback: Fallback, least: number, most: number]>>,
  input: unknown,
): Readonly<Record<Name, number | Fallback>> {
  return resolved(path, bounds, input) as Record<Name, number>;
}

function resolved(path: string, bounds: Bounds, input: unknown = {}): Record<string, unknown> {
  const given = objectOf(path, input, Object.keys(bounds));
  const values: Record<string, unknown> = {};
  for (const [name, bound] of Object.entries(bounds)) {
    const check = Array.isArray(bound) ? bounded : resolved;
    const value =
      typeof bound === 'string'
        ? given[name]
        : check(`${path}.${name}`, bound as Bound & Bounds, given[name]);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function bounded(path: string, bound: Bound, given: unknown): unknown {
  const value = given ?? bound[0];
  if (value === bound[0]) return value;
  const [, least, most] = bound as readonly number[];
  const isNumber = typeof value === 'number' && value >= (least as number) && value <= (most as number);
  if (isNumber) return value;
  // A bound itself is right, too.
  const listed = bound.map(shown);
  if (listed.includes(shown(value))) return value;
  return refuse(path, value, most ? `a number from ${least} to ${most}` : listed.join(' or '));
}
