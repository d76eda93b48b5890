export type {
  PolicyInput,
  QueuePolicy,
  RateLimitsPolicy,
  RenewalPolicy,
  RetryPolicy,
  StepUpPolicy,
} from './shared/policy.js';
export { consumerPolicy, highAssurancePolicy, workforcePolicy } from './shared/policy-presets.js';
export type { TelemetryEvent } from './shared/telemetry-event.js';
export type { Adoption, AdoptionOptions } from './worker/adoption/adoption.js';
export { adoption } from './worker/adoption/create-adoption.js';
export type { AuditDeliveryOptions, AuditLog, AuditLogOptions } from './worker/audit/audit-log.js';
export { auditLog } from './worker/audit/create-audit-log.js';
export { createSessionKeeper, type SessionKeeper } from './worker/create-session-keeper.js';
export { fetchedPolicy } from './worker/fetched-policy/create-fetched-policy.js';
export type { FetchedPolicy, FetchedPolicyOptions } from './worker/fetched-policy/fetched-policy.js';
export { keepSession } from './worker/keep-session.js';
export { limits } from './worker/limits/create-limits.js';
export type { Limits, LimitsOptions, UnusualUse } from './worker/limits/limits.js';
export type { ApiRule, SessionKeeperOptions } from './worker/options.js';
export type { SilentFrame } from './worker/recovery.js';
export { riskRules } from './worker/risk/risk-rules.js';
export { scopes } from './worker/scopes/create-scopes.js';
export type { ScopeNeed, Scopes, ScopesOptions } from './worker/scopes/scopes.js';
export { serverEvents } from './worker/server-events/create-server-events.js';
export type { ServerEvents } from './worker/server-events/server-events.js';
export { silentFrame } from './worker/silent-frame.js';
export { stepUp } from './worker/step-up/create-step-up.js';
export type { RiskRules, StepUp, StepUpOptions } from './worker/step-up/step-up.js';
export { telemetry } from './worker/telemetry/create-telemetry.js';
export type { Telemetry, TelemetryOptions, TelemetrySink } from './worker/telemetry/telemetry.js';
export { toPages } from './worker/telemetry/to-pages.js';
export { type MemoryVaultOption, memoryVault } from './worker/vault/memory-vault.js';
