export { createSessionKeeperServer } from './server/create-server.js';
export { hardenNodeServer, nodeServerOptions } from './server/node-hardening.js';
export {
  type NodeMiddleware,
  type NodeMiddlewareOptions,
  toNodeMiddleware,
} from './server/node-middleware.js';
export type { SealKey, SessionKeeperServer, SessionKeeperServerOptions } from './server/options.js';
export { consumerPolicy, highAssurancePolicy, workforcePolicy } from './shared/policy-presets.js';
