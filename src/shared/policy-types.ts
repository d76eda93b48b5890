// Made by `npm run generate` from generate/policy/fields.ts and the bounds in policy.ts.

/** When the worker itself asks for the person to be verified. */
export interface StepUpPolicy {
  /**
   * Whoever uses the session after nobody has for this long is to be verified first. Use is counted as for
   * `idleTimeoutSeconds`; requests go on until then. Needs `stepUp({ rules: riskRules() })`. Unit: s. At
   * least 60, default never.
   */
  readonly afterAbsenceSeconds?: number;
  /**
   * The worker asks the app’s server which network it is in: when it starts and after renewals, this often at
   * most, after a sign-in, and when the browser is online again or wakes up. In one where the person was not
   * verified they are to be. Needs `stepUp({ rules: riskRules() })` and the server’s option `network`. Unit:
   * s. At least 60, default never.
   */
  readonly networkCheckSeconds?: number;
}

/** How much of the session pages may use. Numbers are by the minute, and as many are let through at once. */
export interface RateLimitsPolicy {
  /**
   * Requests with the session’s credential, for each page or worker of the origin, and as many at once;
   * further ones are answered with `rate_limited`. Needs `limits()`; refused beside its option of that name.
   * Unit: requests/min. 1 to 1 000 000, default 600, or what `limits()` is given.
   */
  readonly requestsPerMinute?: number;
  /**
   * The same for all of them together. Needs `limits()`; refused beside its option of that name. Unit:
   * requests/min. 1 to 1 000 000, default 3000, or what `limits()` is given.
   */
  readonly totalRequestsPerMinute?: number;
  /**
   * Calls of `signIn`, and of `renew`, all pages together; further ones fail with `command_rate_limited`.
   * Needs `limits()`; refused beside its option of that name. Unit: calls/min. 1 to 1 000 000, default 30, or
   * what `limits()` is given.
   */
  readonly commandsPerMinute?: number;
}

/** When an access token is renewed. */
export interface RenewalPolicy {
  /**
   * A request, or a page that wakes up, after this part of the token’s lifetime starts the renewal in the
   * background. Unit: part of the lifetime. 0.1 to 0.95, default 0.75.
   */
  readonly atLifetimeFraction: number;
  /**
   * Each worker begins earlier by a random part of this. Unit: part of the lifetime. 0 to 0.2, default 0.1.
   */
  readonly jitterFraction: number;
  /**
   * One request to the authorization server is given up after this long, and tried again. Unit: s. 1 to 60,
   * default 10.
   */
  readonly attemptTimeoutSeconds: number;
  /**
   * While a token serves, the session is renewed this long after that token was asked for at the soonest,
   * whatever asks: the lifetime’s fraction, a 401 that a renewal did not cure, a page that wakes up,
   * `renew()`. Until then `renew()` gives the status as it is, and a request that an API refused waits: until
   * the renewal, or `queue.maxWaitSeconds`, after which the page gets the API’s 401. A token that has run out
   * is renewed at once, so no request that needs that fails by it or waits for it. Attempts that failed wait
   * by `policy.retry`. What the app’s server tells of the session’s end is looked into at once. Unit: s. 0 to
   * 60, default 0.
   */
  readonly minIntervalSeconds: number;
}

/** How long to wait after a token request that failed for now. */
export interface RetryPolicy {
  /**
   * The wait after the first failed renewal; doubles with each further one, or grows by half while requests
   * wait, with full jitter. Unit: s. 0.1 to 60, default 2.
   */
  readonly baseDelaySeconds: number;
  /** No wait is longer, the authorization server’s `Retry-After` included. Unit: s. 1 to 3600, default 60. */
  readonly maxDelaySeconds: number;
  /**
   * While requests wait and the authorization server does not answer, its metadata is asked for this often;
   * once it answers, the session is renewed. Unit: s. 0.5 to 60, default 1.5.
   */
  readonly outageCheckSeconds: number;
}

/** What may wait for a credential. */
export interface QueuePolicy {
  /**
   * Requests that may wait for a credential. A further one is answered with `queue_full`. Unit: requests. 1
   * to 100 000, default 1000.
   */
  readonly maxRequests: number;
  /** A request that waited this long is answered with `queue_timeout`. Unit: s. 1 to 280, default 120. */
  readonly maxWaitSeconds: number;
  /**
   * A body up to this size is kept until the answer, so that its request can be sent again after a 401. A
   * larger one is sent once. Unit: bytes. 0 to 1 073 741 824, default 8 388 608.
   */
  readonly maxBodyBytes: number;
  /**
   * The bodies of all requests that wait, together. A request that does not fit is answered with
   * `queue_bytes_full`; one that is larger by itself may wait when no other body does. Unit: bytes. 0 to
   * 4 294 967 296, default 67 108 864.
   */
  readonly maxBytes: number;
}

/** The limits that a session is kept within. Plain data: it survives JSON. */
export interface Policy {
  readonly stepUp?: StepUpPolicy;
  readonly rateLimits?: RateLimitsPolicy;
  readonly renewal: RenewalPolicy;
  readonly retry: RetryPolicy;
  readonly queue: QueuePolicy;
  /**
   * The session ends when nobody has used a page of it for this long. What `activity` names counts in any
   * tab, to within 30 s and `extensionThresholdSeconds`; requests do not. Unit: s. At least 60, default
   * never.
   */
  readonly idleTimeoutSeconds?: number;
  /**
   * The session ends this long after sign-in, whatever happens. A renewal, with or without rotation, never
   * moves it; a new sign-in does. Unit: s. At least 60, default never.
   */
  readonly absoluteLifetimeSeconds?: number;
  /**
   * What is use of the session, which puts the idle limit off, and which `stepUp.afterAbsenceSeconds` asks.
   * `input`: a person’s pointer, keys, wheel or touch in a page. `wake`: also that a page comes into view,
   * goes on after it was frozen or left, or is online again. Requests are none. Unit: names. Default
   * `["input"]`.
   */
  readonly activity: readonly ('input' | 'wake')[];
  /**
   * Input moves the idle limit where it was moved this long ago at the soonest, by input in any tab, or by
   * the sign-in. Until then nothing is moved, and nothing written. In a warning any input moves it: the
   * warning has to begin later than that. Unit: s. 1 to 3600, default 10.
   */
  readonly extensionThresholdSeconds: number;
  /**
   * How long before the idle limit the phase becomes `ending`. Any input, or the banner’s button, moves the
   * limit. Without `idleTimeoutSeconds` it means nothing. Unit: s. 20 to 3600, default 120, or a third of
   * `idleTimeoutSeconds` where that is less.
   */
  readonly idleWarningSeconds?: number;
  /**
   * How long before the absolute limit the phase becomes `ending`. Only a new sign-in moves the limit.
   * Without `absoluteLifetimeSeconds` it means nothing. Unit: s. 20 to 86 400, default 600, or a third of
   * `absoluteLifetimeSeconds` where that is less.
   */
  readonly absoluteWarningSeconds?: number;
  /**
   * How long a session that was ended elsewhere goes on in the phase `ending`, while its access token lasts.
   * It is not renewed any more; only a new sign-in begins another. A sign-out everywhere gives no grace.
   * Unit: s. 0 to 3600, default 0.
   */
  readonly revocationGraceSeconds: number;
  /**
   * With which grants the worker may ask for tokens. `authorization_code` is the sign-in. Without
   * `refresh_token` no session is renewed: the person is asked again when the access token has run out, or
   * when an API refuses it or `renew()` is called. A refresh token that came all the same is not used, only
   * revoked at the end. Unit: names. Default `["authorization_code","refresh_token"]`.
   */
  readonly grantTypes: readonly ('authorization_code' | 'refresh_token')[];
  /**
   * With which scopes a session may go on, in the phase `limited`, where the authorization server refuses a
   * renewal for its scopes (`invalid_scope`): one text, with a space between them. Those of the worker’s
   * `scope` and `scopes.requestable` count. It is asked for all again at each renewal. Needs `scopes()`.
   * Unit: scopes. Default none: the session ends.
   */
  readonly limitedScope?: string;
  /**
   * What is tried, in this order, before the person is asked to sign in. `limited-scope`: where a renewal was
   * refused for its scopes, one with those of `limitedScope`. `silent-frame`: where that was refused too, or
   * does not stand before it, or where a renewal’s answer was lost, a sign-in that asks nobody, as with
   * `silentFrame()`. A session that was revoked falls back on nothing. Needs `silentFrame()`. Unit: names.
   * Default both, as far as the worker’s options have them.
   */
  readonly fallbacks?: readonly ('limited-scope' | 'silent-frame')[];
}

/** A policy as it is written down: whatever is left out has its default. */
export interface PolicyInput {
  /** Names the JSON Schema, for editors; not looked at. */
  readonly $schema?: string;
  readonly stepUp?: Partial<StepUpPolicy>;
  readonly rateLimits?: Partial<RateLimitsPolicy>;
  readonly renewal?: Partial<RenewalPolicy>;
  readonly retry?: Partial<RetryPolicy>;
  readonly queue?: Partial<QueuePolicy>;
  readonly idleTimeoutSeconds?: number;
  readonly absoluteLifetimeSeconds?: number;
  readonly activity?: readonly ('input' | 'wake')[];
  readonly extensionThresholdSeconds?: number;
  readonly idleWarningSeconds?: number;
  readonly absoluteWarningSeconds?: number;
  readonly revocationGraceSeconds?: number;
  readonly grantTypes?: readonly ('authorization_code' | 'refresh_token')[];
  readonly limitedScope?: string;
  readonly fallbacks?: readonly ('limited-scope' | 'silent-frame')[];
}
