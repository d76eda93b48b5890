export { createSessionKeeperServer } from './server/create-server.js';
export { memoryBus, type SessionBus } from './server/events/bus.js';
export type { EndReason, SessionIdentity } from './server/events/end-notice.js';
export { type RedisClient, redisBus } from './server/events/redis-bus.js';
export {
  createSessionEvents,
  type IdentifiedSession,
  type SessionEvents,
  type SessionEventsOptions,
} from './server/events/session-events.js';
export type { NetworkOptions } from './server/network-marks.js';
export { hardenNodeServer, nodeServerOptions } from './server/node-hardening.js';
export {
  type NodeMiddleware,
  type NodeMiddlewareOptions,
  toNodeMiddleware,
} from './server/node-middleware.js';
export type { SealKey, SessionKeeperServer, SessionKeeperServerOptions } from './server/options.js';
export type { PolicyDocument } from './shared/policy-document.js';
export { consumerPolicy, highAssurancePolicy, workforcePolicy } from './shared/policy-presets.js';
export type { RolloutInput, RolloutMode } from './shared/rollout.js';
