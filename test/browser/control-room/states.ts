import * as narration from '../../../demo/app/control-room/narration.js';
import type { SessionErrorCode, SessionPhase, SessionStatus } from '../../../src/index.js';

/** One state of the session that the control room can show. */
export interface RoomState {
  readonly name: string;
  readonly phase: SessionPhase;
  /** What differs from a session that is well. */
  readonly status?: Partial<SessionStatus>;
  /** Its colours or its parts are those of no state before. Others differ in words alone, and in the banner, which has a gallery too. */
  readonly hasOwnLooks?: boolean;
}

/** As long as such messages are: the panel shows them with their code. */
const problem = (code: SessionErrorCode) => ({
  code,
  message: `The authorization server at https://id.example.com has something to say that takes more than one line.`,
  retryable: false,
});
const endsAt = (at: number) => ({ endsAt: at, absoluteEndsAt: at });
const over = (code: SessionErrorCode): Partial<SessionStatus> => ({ problem: problem(code) });

/** All states, as they are at this moment. */
export const statesAt = (now: number): readonly RoomState[] => [
  { name: 'active', phase: 'active', hasOwnLooks: true },
  { name: 'signed out', phase: 'signed-out', hasOwnLooks: true },
  { name: 'sign-in failed', phase: 'signed-out', status: { problem: problem('client_rejected') } },
  { name: 'signing in', phase: 'signing-in' },
  { name: 'limited', phase: 'limited', status: { missingScopes: ['orders:approve'] } },
  {
    name: 'interrupted',
    phase: 'interrupted',
    hasOwnLooks: true,
    status: {
      problem: problem('authorization_server_unreachable'),
      nextAttemptAt: now + 600_000,
      parkedRequests: 1000,
    },
  },
  { name: 'verification required', phase: 'verification-required', status: { parkedRequests: 1 } },
  {
    name: 'ending without use',
    phase: 'ending',
    status: { ...endsAt(now + 100_000), problem: problem('idle_limit_near') },
  },
  {
    name: 'ending at its limit',
    phase: 'ending',
    status: { ...endsAt(now + 100_000), problem: problem('absolute_limit_near') },
  },
  {
    name: 'ending elsewhere',
    phase: 'ending',
    status: { ...endsAt(now + 100_000), problem: problem('session_revoked') },
  },
  { name: 'ended without use', phase: 'ended', status: over('idle_timeout'), hasOwnLooks: true },
  { name: 'ended elsewhere', phase: 'ended', status: over('signed_out_elsewhere') },
  { name: 'renewal lost', phase: 'ended', status: over('rotation_lost') },
  { name: 'out of date', phase: 'active', status: { problem: problem('protocol_unsupported') } },
];

const burst = { sent: 5, answered: 5, longestSeconds: 12.3 };
const seen = { renewals: 1, tokenRequests: 1, replays: 5, burst };

/** What each lever tells, the good and the bad. */
export const SENTENCES: readonly string[] = [
  narration.tellExpired(seen),
  narration.tellExpired({ ...seen, burst: { ...burst, answered: 1 } }),
  narration.tellLostAnswer({ ...seen, recovered: true }),
  narration.tellLostAnswer({ ...seen, code: 'rotation_lost' }),
  narration.tellLostAnswer(seen),
  narration.tellNarrowed({ ...seen, missingScopes: ['orders:approve'] }),
  narration.tellNarrowed(seen),
  narration.STEP_UP_ASKED,
  narration.tellStepUp(true),
  narration.tellStepUp(false),
  narration.tellOutage(seen, 4),
  narration.tellSlow(seen, { tokenSeconds: 2, apiSeconds: 0.5 }),
  narration.tellClock(seen, { aheadSeconds: 45, leftSeconds: 15 }),
  narration.tellClock(seen, { aheadSeconds: 0, leftSeconds: 60 }),
  narration.KILL_ASKED,
  narration.KILLED,
  narration.tellSecondDevice(2),
  narration.tellSignedOutElsewhere({ ...seen, code: 'signed_out_elsewhere', tookSeconds: 0.3 }),
  narration.tellRevoked({ ...seen, code: 'session_revoked' }),
  narration.tellRevoked(seen),
];
