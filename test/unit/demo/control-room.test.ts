import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { figureRows } from '../../../demo/app/control-room/figure-rows.js';
import {
  tellExpired,
  tellLostAnswer,
  tellNarrowed,
  tellRevoked,
  tellSignedOutElsewhere,
} from '../../../demo/app/control-room/narration.js';
import { columns, kindOf, Latest, type Mark, SHOWN_SECONDS } from '../../../demo/app/control-room/window.js';
import {
  REFRESH_TOKEN_KINDS,
  type RefreshTokenKind,
} from '../../../demo/authorization-server/refresh-token-kind.js';
import { type System, startSystem } from '../../../demo/system.js';
import { ANY_PORTS, Person, refreshTokenOf } from './person.js';

const SEEN = { renewals: 1, tokenRequests: 1, replays: 5 };

describe('what is told', () => {
  it('says that something failed, where it did', () => {
    const burst = { sent: 5, answered: 5, longestSeconds: 0.32 };
    expect(tellExpired({ ...SEEN, burst })).toBe(
      'The API refused every token from before this click. The worker got a new one and sent 5 requests again. The authorization server counted 1 token request. All 5 requests were answered, the slowest after 0.3 s: the page noticed nothing else.',
    );
    expect(tellExpired({ ...SEEN, burst: { ...burst, answered: 3 } })).toContain('2 of 5 requests failed.');
  });

  it('names the code of an end, and says so where there was none', () => {
    expect(tellRevoked({ ...SEEN, code: 'session_revoked' })).toContain('it ended (session_revoked)');
    expect(tellRevoked(SEEN)).toContain('has not heard of it yet');
    expect(tellSignedOutElsewhere({ ...SEEN, code: 'signed_out_elsewhere', tookSeconds: 0.04 })).toContain(
      'after 0.0 s and gave its tokens up (signed_out_elsewhere)',
    );
    expect(tellLostAnswer({ ...SEEN, code: 'rotation_lost' })).toContain('(rotation_lost)');
    expect(tellLostAnswer({ ...SEEN, recovered: true })).toContain('the page noticed nothing');
  });
});

describe('narrowed scopes', () => {
  it('are told with what is not possible now, and the way back', () => {
    expect(tellNarrowed({ ...SEEN, missingScopes: ['orders:approve'] })).toBe(
      'The authorization server left orders:approve out of this renewal, so approving orders is not possible now; everything else works on. The way back: Ask again above, or this button once more. At the order desk, try to approve an order.',
    );
    expect(tellNarrowed({ ...SEEN, missingScopes: ['email', 'orders:approve', 'other'] })).toContain(
      'knowing your e-mail address, approving orders, and other is not possible now',
    );
    expect(tellNarrowed(SEEN)).toMatch(/^The authorization server grants everything again/);
  });
});

describe('the timeline', () => {
  it('keeps what it shows, and no more', () => {
    const latest = new Latest<{ readonly at: number }>();
    for (let at = 0; at <= 2 * SHOWN_SECONDS; at += 1) latest.add({ at });
    expect(latest.all.map(({ at }) => at)).toEqual(
      Array.from({ length: SHOWN_SECONDS + 1 }, (_, index) => SHOWN_SECONDS + index),
    );
  });

  it('puts each request on the line of its tab, in order of time, by what became of it', () => {
    const marks: Mark[] = [
      { at: 3, tab: 'b', kind: 'failed' },
      { at: 1, tab: 'a', kind: 'sent' },
      { at: 2, tab: 'b', kind: 'waited' },
    ];
    expect(columns(marks, ['a', 'b'])).toEqual({
      at: [1, 2, 3],
      sent: [0, null, null],
      waited: [null, 1, null],
      failed: [null, null, 1],
    });
    expect(kindOf({ isAnswered: true, tookMs: 20 })).toBe('sent');
    expect(kindOf({ isAnswered: true, tookMs: 2000 })).toBe('waited');
    expect(kindOf({ isAnswered: false, tookMs: 20 })).toBe('failed');
  });
});

describe('both sides', () => {
  it('show what came since the page was opened, and a storm in the one where the other has none', () => {
    const TOKENS = 'authorization_server_token_requests_total';
    const SIGN_INS = `${TOKENS}{grant_type=authorization_code,outcome=success}`;
    const before = { [TOKENS]: 100, [SIGN_INS]: 10 };
    const now = { [TOKENS]: 231, [SIGN_INS]: 11, authorization_server_sessions: 2 };
    const renewal = { name: 'renewal', at: 0, outcome: 'renewed', cause: 'due', tookSeconds: 0.1 } as const;
    const rows = figureRows({ events: [renewal, renewal], answered: 7, openForSeconds: 120 }, now, before);
    const figures = new Map(rows.map(({ label, client, server }) => [label, [client, server]]));
    expect(figures.get('Token requests for renewals')).toEqual([2, 130]);
    expect(figures.get('Token requests per session and hour')).toEqual([60, 1950]);
    expect(figures.get('Sign-ins')).toEqual([0, 1]);
    expect(figures.get('Requests answered')).toEqual([7, 0]);
  });
});

describe('the servers’ side', () => {
  let system: System;
  let ada: Person;
  beforeAll(async () => {
    system = await startSystem({ ports: ANY_PORTS, page: false, controlRoom: true });
  });
  afterAll(() => system.stop());
  beforeEach(() => {
    system.authorizationServer.revokeAll('ada');
    ada = new Person(system);
  });

  function pull(
    lever: string,
    { origin = system.app.origin, email = 'ada@example.com', method = 'POST' } = {},
  ) {
    return fetch(`${system.api.origin}/control/levers/${lever}`, {
      method,
      headers: { origin },
      ...(method === 'POST' && { body: JSON.stringify({ email }) }),
    });
  }

  it('does nothing for a page of another site, an unknown person or lever, or without being asked to', async () => {
    const token = refreshTokenOf(await ada.tokens());
    expect((await pull('revoke', { origin: 'https://elsewhere.example' })).status).toBe(403);
    expect((await pull('revoke', { origin: system.authorizationServer.issuer })).status).toBe(403);
    expect((await pull('revoke', { email: 'eve@example.com' })).status).toBe(404);
    expect((await pull('revoke', { method: 'GET' })).status).toBe(404);
    expect((await pull('constructor')).status).toBe(404);
    expect(system.authorizationServer.refreshTokenIsActive(token)).toBe(true);
    expect((await pull('revoke')).status).toBe(200);
    expect(system.authorizationServer.refreshTokenIsActive(token)).toBe(false);
  });

  it('narrows one person’s renewals, until they sign in anew or it is taken back', async () => {
    const grace = new Person(system);
    const ofGrace = await grace.tokens({}, 'grace', 'compiler');
    let tokens = await ada.tokens();
    const renewed = async (person: Person) => {
      tokens = await person.refresh(refreshTokenOf(tokens));
      return tokens.scope?.split(' ');
    };
    await pull('narrow');
    expect(await renewed(ada)).not.toContain('orders:approve');
    expect(tokens.scope?.split(' ')).toContain('orders');
    expect((await grace.refresh(refreshTokenOf(ofGrace))).scope).toContain('orders:approve');

    tokens = await ada.tokens();
    expect(tokens.scope).toContain('orders:approve');
    expect(await renewed(ada)).toContain('orders:approve');

    await pull('narrow');
    expect(await renewed(ada)).not.toContain('orders:approve');
    await pull('widen');
    expect(await renewed(ada)).toContain('orders:approve');
  });

  it('moves the API’s clock, and back: a token that lives 60 s is over after 15', async () => {
    const { access_token: token } = await ada.tokens();
    const call = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`${system.api.origin}/v1/time`, { headers })).status;
    };
    expect(await (await pull('clock-ahead')).json()).toEqual({ aheadSeconds: 45, leftSeconds: 15 });
    expect(await call(token)).toBe(200);
    system.api.setClockAhead(60);
    expect(await call(token)).toBe(401);
    await pull('clock-right');
    expect(await call(token)).toBe(200);
  });

  it('is not there unless it is asked for', async () => {
    const plain = await startSystem({ ports: ANY_PORTS, page: false });
    const headers = { origin: plain.app.origin };
    expect((await fetch(`${plain.api.origin}/control/figures`, { headers })).status).toBe(401);
    await plain.stop();
  });

  it.each(REFRESH_TOKEN_KINDS)(
    'plays a second device, with %s refresh tokens',
    async (refreshTokens: RefreshTokenKind) => {
      const desk = await startSystem({ ports: ANY_PORTS, page: false, controlRoom: true, refreshTokens });
      const headers = { origin: desk.app.origin };
      const body = JSON.stringify({ email: 'ada@example.com' });
      const post = (lever: string) =>
        fetch(`${desk.api.origin}/control/levers/${lever}`, { method: 'POST', headers, body });
      expect(await (await post('second-device')).json()).toEqual({ refreshTokens: 1 });
      expect(desk.api.stats().orderPosts.size).toBe(1);
      expect((await post('sign-out-elsewhere')).status).toBe(200);
      expect(desk.authorizationServer.liveRefreshTokens('ada')).toBe(0);
      await desk.stop();
    },
  );
});
