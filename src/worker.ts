export type { PolicyInput, QueuePolicy, RenewalPolicy, RetryPolicy } from './shared/policy.js';
export { consumerPolicy, highAssurancePolicy, workforcePolicy } from './shared/policy-presets.js';
export { createSessionKeeper, type SessionKeeper } from './worker/create-session-keeper.js';
export { keepSession } from './worker/keep-session.js';
export { limits } from './worker/limits/create-limits.js';
export type { Limits, LimitsOptions, UnusualUse } from './worker/limits/limits.js';
export type { ApiRule, SessionKeeperOptions } from './worker/options.js';
export type { SilentFrame } from './worker/recovery.js';
export { silentFrame } from './worker/silent-frame.js';
