import { describe, expect, it } from 'vitest';
import type { SessionErrorCode, WireError } from '../../../src/shared/errors.js';
import { describeStatus, type SessionFacts } from '../../../src/worker/describe-status.js';
import { resolveOptions, type SessionKeeperOptions } from '../../../src/worker/options.js';
import type { SessionRecord } from '../../../src/worker/session-record.js';
import { OPTIONS, ORIGIN, sessionRecord } from './worker-parts.js';

const problem = (code: SessionErrorCode): WireError => ({ code, message: code, retryable: false });
const interruption = { problem: problem('authorization_server_unreachable'), nextAttemptAt: 70_000 };
const end = { problem: problem('session_revoked'), endedAt: 5 };

function describing(
  facts: Partial<SessionFacts>,
  record?: SessionRecord,
  { now = 1000, ...options }: Partial<SessionKeeperOptions> & { now?: number } = {},
) {
  return describeStatus(
    { loaded: true, lastInputAt: 500, signingIn: false, ...facts },
    record,
    resolveOptions({ ...OPTIONS, ...options }, ORIGIN),
    now,
  );
}

describe('the status', () => {
  it('is signed-out without a session', () => {
    expect(describing({})).toEqual({
      phase: 'signed-out',
      grantedScopes: [],
      renewals: 0,
    });
  });

  it('is active with one, and tells its lives', () => {
    const policy = { idleTimeoutSeconds: 60, absoluteLifetimeSeconds: 600 };
    const record = sessionRecord({ generation: 4, signedInAt: 100, beganAt: 900, user: { name: 'Ada' } });
    expect(describing({}, record, { policy })).toEqual({
      phase: 'active',
      user: { name: 'Ada' },
      grantedScopes: ['openid', 'orders'],
      accessTokenEndsAt: 60_900,
      idleEndsAt: 60_500,
      absoluteEndsAt: 600_100,
      renewals: 3,
    });
  });

  it('holds no credential in any phase', () => {
    const record = sessionRecord({ accessToken: 'SECRET-a', refreshToken: 'SECRET-r', idToken: 'SECRET-i' });
    for (const facts of [{}, { interruption }, { signingIn: true }, { end }]) {
      expect(JSON.stringify(describing(facts, record))).not.toContain('SECRET');
    }
  });

  it('is signing-in while the answer is checked, over a session too', () => {
    expect(describing({ signingIn: true }).phase).toBe('signing-in');
    expect(describing({ signingIn: true }, sessionRecord()).phase).toBe('signing-in');
  });

  it('is limited when a scope was not granted', () => {
    const record = sessionRecord({ grantedScopes: ['openid'] });
    expect(describing({}, record).phase).toBe('limited');
  });

  it('is active when only offline_access is not among the granted scopes', () => {
    expect(describing({}, sessionRecord(), { scope: 'openid offline_access orders' }).phase).toBe('active');
  });

  it('is active whatever the space between the scopes', () => {
    expect(describing({}, sessionRecord(), { scope: ' openid   orders ' }).phase).toBe('active');
  });

  it('is active while renewal fails and the token still serves, and says what is wrong', () => {
    expect(describing({ interruption }, sessionRecord())).toMatchObject({
      phase: 'active',
      problem: interruption.problem,
      nextAttemptAt: 70_000,
    });
  });

  it('is interrupted once the token no longer serves', () => {
    expect(describing({ interruption }, sessionRecord(), { now: 60_000 })).toMatchObject({
      phase: 'interrupted',
      problem: interruption.problem,
      nextAttemptAt: 70_000,
    });
  });

  it('is interrupted, and nobody’s, while a session that ended may come back by itself', () => {
    const recovering = { attempt: 'first', subject: 'ada', idToken: 'id-1', signedInAt: 0, lastInputAt: 0 };
    const status = describing({ end: { ...end, problem: problem('rotation_lost'), recovering } });
    expect(status).toMatchObject({ phase: 'interrupted', problem: { code: 'rotation_lost' } });
    expect(JSON.stringify(status)).not.toMatch(/id-1|ada/);
  });

  it('is ended with the reason after an end', () => {
    expect(describing({ end })).toMatchObject({ phase: 'ended', problem: { code: 'session_revoked' } });
  });

  it('tells the latest problem rather than the end before it', () => {
    const facts = { end, problem: problem('sign_in_refused') };
    expect(describing(facts)).toMatchObject({ phase: 'ended', problem: { code: 'sign_in_refused' } });
    expect(describing({ problem: problem('vault_unreadable') })).toMatchObject({
      phase: 'signed-out',
      problem: { code: 'vault_unreadable' },
    });
  });

  it('forgets an interruption without its session', () => {
    const status = describing({ interruption });
    expect(status).not.toHaveProperty('problem');
    expect(status).not.toHaveProperty('nextAttemptAt');
  });
});
