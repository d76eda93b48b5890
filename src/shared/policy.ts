import { objectOf, refuse } from './misuse.js';

/** When an access token is renewed. */
export interface RenewalPolicy {
  /** Renew in the background once this part of the token's lifetime is used. 0.1–0.95, default 0.75. */
  readonly atLifetimeFraction: number;
  /** Spreads the moment over this part of the lifetime, so that many browsers do not renew at once. 0–0.2, default 0.1. */
  readonly jitterFraction: number;
  /** One token request is given up after this long, and tried again. 1–60, default 10. */
  readonly attemptTimeoutSeconds: number;
}

/** How long to wait after a token request that failed for now. */
export interface RetryPolicy {
  /** The first wait; each further one doubles. 0.1–60, default 2. */
  readonly baseDelaySeconds: number;
  /** No wait is longer, a server's `Retry-After` included. 1–3600, default 60. */
  readonly maxDelaySeconds: number;
  /**
   * While requests wait and the authorization server does not answer, ask for its metadata this often, and renew as soon as
   * it does. 0.5–60, default 1.5.
   */
  readonly outageCheckSeconds: number;
}

/** What may wait for a credential. */
export interface QueuePolicy {
  /** Further requests are answered at once with `queue_full`. 1–100000, default 1000. */
  readonly maxRequests: number;
  /** A request that waited this long is answered with `queue_timeout`. 1–280 (browsers end a pending answer at about 300), default 120. */
  readonly maxWaitSeconds: number;
  /**
   * A copy of a request's body is kept up to this many bytes, so that the request can be sent again after a 401. A larger
   * one is sent once. 0–1073741824, default 8388608 (8 MiB).
   */
  readonly maxBodyBytes: number;
  /**
   * The bodies of all parked requests together; a request that does not fit is answered at once with `queue_bytes_full`.
   * One that is larger by itself may wait as the only one with a body. 0–4294967296, default 67108864 (64 MiB).
   */
  readonly maxBytes: number;
}

/** The limits that a session is kept within. Plain data: it survives JSON. */
export interface Policy {
  readonly renewal: RenewalPolicy;
  readonly retry: RetryPolicy;
  readonly queue: QueuePolicy;
  /** The session ends when nobody has used a page of it for this long. At least 60; absent: never. */
  readonly idleTimeoutSeconds?: number;
  /** The session ends this long after sign-in, whatever happens. At least 60; absent: never. */
  readonly absoluteLifetimeSeconds?: number;
}

/** A policy as it is written down: whatever is left out has its default. */
export type PolicyInput = {
  readonly renewal?: Partial<RenewalPolicy>;
  readonly retry?: Partial<RetryPolicy>;
  readonly queue?: Partial<QueuePolicy>;
  readonly idleTimeoutSeconds?: number;
  readonly absoluteLifetimeSeconds?: number;
};

type Bound = readonly [fallback: number | undefined, least: number, most: number];
interface Bounds {
  readonly [name: string]: Bound | Bounds;
}

const MIB = 1024 * 1024;
/** As good as none. */
const MOST = Number.MAX_SAFE_INTEGER;

const BOUNDS = {
  idleTimeoutSeconds: [undefined, 60, MOST],
  absoluteLifetimeSeconds: [undefined, 60, MOST],
  renewal: {
    atLifetimeFraction: [0.75, 0.1, 0.95],
    jitterFraction: [0.1, 0, 0.2],
    attemptTimeoutSeconds: [10, 1, 60],
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

/**
 * Fills in the defaults and checks every value.
 *
 * @throws TypeError naming the option, the value and what is allowed
 */
export function resolvePolicy(input?: PolicyInput): Policy {
  const policy = resolved('policy', BOUNDS, input) as unknown as Policy;
  const { idleTimeoutSeconds: idle, absoluteLifetimeSeconds: absolute } = policy;
  if (idle && absolute && idle > absolute)
    refuse('policy.idleTimeoutSeconds', idle, `at most policy.absoluteLifetimeSeconds (${absolute})`);
  return policy;
}

/**
 * Numbers that all have a default, filled in and checked.
 *
 * @throws TypeError
 */
export function resolveNumbers<Name extends string>(
  path: string,
  bounds: Readonly<Record<Name, readonly [fallback: number, least: number, most: number]>>,
  input: unknown,
): Readonly<Record<Name, number>> {
  return resolved(path, bounds, input) as Record<Name, number>;
}

function resolved(path: string, bounds: Bounds, input: unknown = {}): Record<string, unknown> {
  const given = objectOf(path, input, Object.keys(bounds));
  const values: Record<string, unknown> = {};
  for (const [name, bound] of Object.entries(bounds)) {
    const value = isSection(bound)
      ? resolved(`${path}.${name}`, bound, given[name])
      : bounded(`${path}.${name}`, given[name], bound);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function isSection(bound: Bound | Bounds): bound is Bounds {
  return !Array.isArray(bound);
}

function bounded(path: string, given: unknown, [fallback, least, most]: Bound): number | undefined {
  const value = given ?? fallback;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= least && value <= most) return value;
  return refuse(path, value, `a number from ${least} to ${most}`);
}
