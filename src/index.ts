export { type RegisterOptions, registerSessionKeeper } from './page/register.js';
export type { ScopeRequest, Session, SignInOptions, SignOutOptions } from './page/session-client.js';
export { type SessionErrorCode, SessionKeeperError, type WireError } from './shared/errors.js';
export type { SessionPhase, SessionStatus, Verification } from './shared/session-status.js';
