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
      warningAt: 40_500,
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

  describe('while an API wants the person verified', () => {
    const told = { verification: { acrValues: ['two-factors'] } };
    const record = sessionRecord({ attempt: 'first' });
    const verification = { attempt: 'first', told };

    it('says so, and what is asked', () => {
      expect(describing({ verification }, record)).toMatchObject({ phase: 'verification-required', ...told });
    });

    it('does not after another sign-in, before anybody has cleared it away', () => {
      const described = describing({ verification }, sessionRecord({ attempt: 'second' }));
      expect(described.phase).toBe('active');
      expect(described).not.toHaveProperty('verification');
    });

    it('says first what does not wait, or stands in the way: a limit that is near, an interruption', () => {
      const policy = { absoluteLifetimeSeconds: 60 };
      expect(describing({ verification }, record, { policy, now: 45_000 }).phase).toBe('ending');
      expect(describing({ verification, interruption }, record, { now: 70_000 }).phase).toBe('interrupted');
    });
  });

  it('is limited when a scope was not granted', () => {
    const record = sessionRecord({ grantedScopes: ['openid'] });
    expect(describing({}, record)).toMatchObject({ phase: 'limited', missingScopes: ['orders'] });
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
    expect(describing({ ...facts, failure: problem('vault_unreadable') })).toMatchObject({
      problem: { code: 'vault_unreadable' },
    });
  });

  describe('near a limit', () => {
    const policy = {
      idleTimeoutSeconds: 100,
      idleWarningSeconds: 30,
      absoluteLifetimeSeconds: 200,
      absoluteWarningSeconds: 40,
    };
    const at = (now: number, facts: Partial<SessionFacts> = {}) =>
      describing({ lastInputAt: 0, ...facts }, sessionRecord({ lifetimeMs: 3600_000 }), { policy, now });

    it('is ending from the warning on, says which limit it is, and until when there is time', () => {
      expect(at(69_999)).toMatchObject({ phase: 'active', warningAt: 70_000 });
      expect(at(69_999)).not.toHaveProperty('problem');
      expect(at(69_999)).not.toHaveProperty('endsAt');
      expect(at(70_000)).toMatchObject({
        phase: 'ending',
        problem: { code: 'idle_limit_near' },
        endsAt: 100_000,
      });
      expect(at(70_000)).not.toHaveProperty('warningAt');
    });

    it('is ending with the absolute limit as its reason once that comes first', () => {
      const used = { lastInputAt: 150_000 };
      expect(at(159_999, used)).toMatchObject({ phase: 'active', warningAt: 160_000 });
      expect(at(160_000, used)).toMatchObject({
        phase: 'ending',
        problem: { code: 'absolute_limit_near' },
        endsAt: 200_000,
      });
    });

    it('names the limit that comes first, whichever warning began', () => {
      expect(at(165_000, { lastInputAt: 90_000 })).toMatchObject({
        problem: { code: 'idle_limit_near' },
        endsAt: 190_000,
      });
    });

    it('is ending before it is limited or interrupted, and tells of a failed renewal rather than of the limit', () => {
      const record = sessionRecord({ grantedScopes: ['openid'] });
      expect(describing({ lastInputAt: 0 }, record, { policy, now: 70_000 }).phase).toBe('ending');
      const failing = describing({ lastInputAt: 0, interruption }, record, { policy, now: 70_000 });
      expect(failing).toMatchObject({ phase: 'ending', endsAt: 100_000, problem: interruption.problem });
    });

    it('is never ending where there is no limit', () => {
      const status = describing({}, sessionRecord({ lifetimeMs: 1e12 }), { now: 1e11 });
      expect(status).toMatchObject({ phase: 'active' });
      expect(status).not.toHaveProperty('warningAt');
    });
  });

  it('forgets an interruption without its session', () => {
    const status = describing({ interruption });
    expect(status).not.toHaveProperty('problem');
    expect(status).not.toHaveProperty('nextAttemptAt');
  });
});
