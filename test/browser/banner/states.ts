import type { SessionErrorCode } from '../../../src/shared/errors.js';
import type { SessionStatus } from '../../../src/shared/session-status.js';

/** The moment at which the gallery's clock stands still. */
export const NOW = Date.UTC(2026, 10, 23, 13, 4);

/** One state that a person can meet. */
export interface BannerState {
  readonly name: string;
  readonly status: Partial<SessionStatus>;
  /** Click the button: the command fails with this code, or is done without it, or is not answered yet. */
  readonly clicked?: { readonly failsWith?: SessionErrorCode } | 'unanswered';
}

const problem = (code: SessionErrorCode) => ({ code, message: 'technical words', retryable: false });
const endsAt = NOW + 100_000;
const absolute = { problem: problem('absolute_limit_near'), endsAt, absoluteEndsAt: endsAt };

/** Every phase with everything that changes what is said there, the longest texts among them. */
export const STATES: readonly BannerState[] = [
  { name: 'active', status: { phase: 'active' } },
  { name: 'signed out', status: { phase: 'signed-out' } },
  { name: 'sign-in failed', status: { phase: 'signed-out', problem: problem('client_rejected') } },
  { name: 'window blocked', status: { phase: 'signed-out' }, clicked: { failsWith: 'popup_blocked' } },
  { name: 'signing in', status: { phase: 'signing-in' } },
  { name: 'limited', status: { phase: 'limited' } },
  { name: 'limited, asked in vain', status: { phase: 'limited' }, clicked: {} },
  {
    name: 'limited, nobody to ask',
    status: { phase: 'limited', problem: problem('authorization_server_unreachable') },
  },
  { name: 'interrupted', status: { phase: 'interrupted', nextAttemptAt: NOW + 12_000 } },
  { name: 'trying', status: { phase: 'interrupted', nextAttemptAt: NOW } },
  { name: 'under way', status: { phase: 'interrupted', nextAttemptAt: NOW + 12_000 }, clicked: 'unanswered' },
  { name: 'verification required', status: { phase: 'verification-required' } },
  { name: 'ending: idle', status: { phase: 'ending', problem: problem('idle_limit_near'), endsAt } },
  { name: 'ending: absolute limit', status: { phase: 'ending', ...absolute } },
  {
    name: 'ending: revoked',
    status: { phase: 'ending', ...absolute, problem: problem('session_revoked') },
    clicked: { failsWith: 'popup_blocked' },
  },
  { name: 'ended: idle', status: { phase: 'ended', problem: problem('idle_timeout') } },
  { name: 'ended: renewal lost', status: { phase: 'ended', problem: problem('rotation_lost') } },
  { name: 'ended: unknown reason', status: { phase: 'ended', problem: problem('worker_failed') } },
  { name: 'out of date', status: { phase: 'active', problem: problem('protocol_unsupported') } },
];
