import type { SessionStatus } from '../../../src/shared/session-status.js';

/** The status of a session in which all is well. */
export function activeStatus(change: Partial<SessionStatus> = {}): SessionStatus {
  return {
    phase: 'active',
    since: 0,
    grantedScopes: ['orders'],
    renewals: 0,
    parkedRequests: 0,
    vault: 'sealed',
    ...change,
  };
}
