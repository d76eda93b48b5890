import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AUDIT_KINDS } from '../../../../src/shared/audit-catalogue.js';
import { hashOf } from '../../../../src/worker/audit/chain.js';
import { limits } from '../../../../src/worker/limits/create-limits.js';
import { silentFrame } from '../../../../src/worker/silent-frame.js';
import { stepUp } from '../../../../src/worker/step-up/create-step-up.js';
import { refusal } from '../fake-authorization-server.js';
import { idToken } from '../fake-id-token.js';
import {
  fakeWorkerGlobals,
  ORDERS,
  pass,
  rest,
  TelemetryWorker,
  until,
} from '../telemetry/telemetry-worker.js';
import { AuditWorker } from './audit-worker.js';

beforeEach(fakeWorkerGlobals);

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const down = () => {
  throw new TypeError('Failed to fetch');
};

describe('the log says', () => {
  it('who signed in, each renewal and why it was, and that the person signed out', async () => {
    const worker = new AuditWorker();
    await worker.signIn();
    await worker.commands.renew();
    await pass(50);
    await worker.send();
    await pass(70);
    await worker.send();
    await worker.commands.signOut({ endSession: false });
    expect(await worker.entries()).toEqual([
      'sign-in new',
      'renewal early',
      'renewal due',
      'renewal expired',
      'end signed_out',
    ]);
    const [first, ...others] = worker.delivered;
    expect(first).toMatchObject({ seq: 1, subject: 'ada', session: expect.any(String), former: '' });
    for (const each of others) expect(each).toMatchObject({ subject: 'ada', session: first?.session });
  });

  it('that somebody else signed in, or the same person again', async () => {
    const worker = new AuditWorker();
    await worker.signIn();
    await worker.signIn();
    const { value } = (await worker.commands.signIn({ mode: 'redirect' })) as {
      value: { attempt: string; url: string };
    };
    const nonce = new URL(value.url).searchParams.get('nonce') ?? '';
    await worker.answerSignIn(value, { id_token: idToken({ nonce, sub: 'grace' }) });
    expect(await worker.entries()).toEqual(['sign-in new', 'sign-in again', 'sign-in other_person']);
  });

  it('that a sign-in was refused', async () => {
    const worker = new AuditWorker();
    await worker.signIn();
    await worker.commands.signOut({ endSession: false });
    const started = await worker.commands.signIn({ mode: 'redirect' });
    if (!started.ok) throw new Error('not started');
    await pass(1);
    await worker.answerSignIn(started.value, { id_token: idToken({ nonce: 'another' }) });
    await pass(1);
    expect((await worker.entries()).at(-1)).toBe('sign-in-failed sign_in_failed');
  });

  it('the first failed renewal of those in a row, and what it ended with', async () => {
    const worker = new AuditWorker();
    await worker.signIn();
    worker.server.answerNext(down);
    worker.server.answerNext(down);
    await worker.commands.renew();
    await worker.commands.renew();
    await worker.commands.renew();
    expect(await worker.entries()).toEqual([
      'sign-in new',
      'renewal-failed authorization_server_unreachable',
      'renewal early',
      'fallback repeated_renewal',
    ]);
  });

  it('that fewer scopes were granted than before', async () => {
    const worker = new AuditWorker();
    await worker.signIn();
    worker.server.answerNext(() => worker.server.tokens({ scope: 'openid' }));
    await worker.commands.renew();
    expect(await worker.entries()).toContain('fallback narrower_scope');
  });

  it('that a refresh token was refused while none of its answers was lost: it may be stolen', async () => {
    const worker = new AuditWorker();
    await worker.signIn();
    worker.server.answerNext(() => refusal('invalid_grant'));
    await worker.commands.renew();
    expect((await worker.entries()).slice(1)).toEqual([
      'renewal-failed session_revoked',
      'theft-suspected refresh_token_refused',
      'end session_revoked',
    ]);
  });

  it('that the session came back by a silent frame', async () => {
    const worker = new AuditWorker({ silentFrame: silentFrame() });
    worker.server.metadata = { ...worker.server.metadata, response_modes_supported: ['form_post'] };
    await worker.signIn();
    worker.onRecover = () =>
      void worker.commands
        .signIn({ mode: 'frame' })
        .then((reply) => (reply.ok ? worker.answerSignIn(reply.value, {}, 'iframe') : undefined));
    worker.server.answerNext(down);
    await worker.commands.renew();
    worker.server.answerNext(() => refusal('invalid_grant'));
    await worker.commands.renew();
    await until(() => worker.names.includes('session.recovered'));
    expect((await worker.entries()).slice(-2)).toEqual(['end rotation_lost', 'fallback silent_frame']);
  });
});

const asksAgain = () =>
  new Response('', {
    status: 401,
    headers: { 'WWW-Authenticate': 'Bearer error="insufficient_user_authentication", max_age="60"' },
  });

describe('a step-up', () => {
  it('is written down when it is asked for, and when the person was verified', async () => {
    const worker = new AuditWorker({ stepUp: stepUp() });
    await worker.signIn();
    worker.api.answerNext(asksAgain);
    const waiting = worker.send();
    await pass(1);
    await worker.signIn();
    expect(await waiting).toBe(200);
    expect(await worker.entries()).toEqual(['sign-in new', 'step-up asked', 'step-up verified']);
  });

  it('is written down as given up where nobody confirms', async () => {
    const worker = new AuditWorker({ stepUp: stepUp() });
    await worker.signIn();
    worker.api.answerNext(asksAgain);
    const waiting = worker.send();
    await pass(1);
    await pass(130);
    await pass(1);
    expect(await waiting).toBe(401);
    expect((await worker.entries()).filter((each) => each.startsWith('step-up'))).toEqual([
      'step-up asked',
      'step-up given_up',
    ]);
  });
});

describe('unusual use', () => {
  const burst = (worker: AuditWorker) => Promise.all(Array.from({ length: 4 }, () => worker.send()));

  it('is written down', async () => {
    const worker = new AuditWorker({ limits: limits({ requestsPerMinute: 2 }) });
    await worker.signIn();
    expect(await burst(worker)).toEqual([200, 200, 429, 429]);
    expect(await worker.entries()).toEqual(['sign-in new', 'unusual-use requests']);
    expect(worker.delivered[1]).toMatchObject({ subject: 'ada' });
  });

  it('holds the session up until the person confirms, once, and by the limits’ option alone', async () => {
    const worker = new AuditWorker({
      stepUp: stepUp(),
      limits: limits({ requestsPerMinute: 2, stepUp: { maxAgeSeconds: 0 } }),
    });
    await worker.signIn({ expires_in: 600 });
    const held = burst(worker);
    await pass(60);
    const waiting = [worker.send(), worker.send()];
    await rest();
    expect(worker.api.received).toEqual([]);
    const started = await worker.commands.signIn({ mode: 'popup' });
    if (!started.ok) throw new Error('not started');
    expect(new URL(started.value.url).searchParams.get('max_age')).toBe('0');
    const nonce = new URL(started.value.url).searchParams.get('nonce') ?? '';
    await worker.answerSignIn(started.value, {
      expires_in: 600,
      id_token: idToken({ nonce, auth_time: Math.floor(Date.now() / 1000) }),
    });
    expect(await Promise.all(waiting)).toEqual([200, 200]);
    expect(await held).toEqual([200, 200, 429, 429]);
    await pass(60);
    expect(await worker.send()).toBe(200);
    expect(await worker.entries()).toEqual([
      'sign-in new',
      'unusual-use requests',
      'step-up-demanded requests',
      'step-up verified',
    ]);
  });

  it('is refused at start without the option stepUp', () => {
    const wrong = { limits: limits({ stepUp: { maxAgeSeconds: 0 } }) };
    // A new worker, as in a browser: only one that started before reads its vault at once.
    expect(() => new TelemetryWorker(wrong, {}, 'parsed')).toThrow(
      /limits\.stepUp is .*allowed is nothing without the option stepUp/,
    );
  });
});

describe('a page reads', () => {
  it('what is the signed-in person’s, without what only the server is to know', async () => {
    const worker = new AuditWorker();
    await worker.signIn();
    const { value } = (await worker.commands.signIn({ mode: 'redirect' })) as {
      value: { attempt: string; url: string };
    };
    const nonce = new URL(value.url).searchParams.get('nonce') ?? '';
    await worker.answerSignIn(value, { id_token: idToken({ nonce, sub: 'grace' }) });
    await worker.commands.renew();
    const { entries, intact, brokenAt } = await worker.reading();
    expect(entries.map(({ seq, kind }) => [seq, kind])).toEqual([
      [2, 'sign-in'],
      [3, 'renewal'],
    ]);
    expect([intact, brokenAt]).toEqual([true, undefined]);
    for (const each of ['subject', 'former', 'log"', '"ada"', '"grace"'])
      expect(JSON.stringify(entries)).not.toContain(each);
  });

  it('nothing where nobody is signed in', async () => {
    const worker = new AuditWorker();
    await worker.signIn();
    await worker.commands.signOut({ endSession: false });
    expect(await worker.read()).toMatchObject({ ok: false, error: { code: 'not_signed_in' } });
  });

  it('whether the worker has a log', async () => {
    const hello = await new AuditWorker().commands.hello();
    expect(hello).toMatchObject({ ok: true, value: { audits: true } });
  });
});

describe('the application’s server gets', () => {
  const refused = (status: number, headers = {}) => new Response('', { status, headers });

  it('every entry in its order, chained by the lines as they come', async () => {
    const worker = new AuditWorker();
    await worker.signIn();
    await worker.commands.renew();
    await worker.entries();
    const [one, two] = worker.delivered;
    if (!one || !two) throw new Error('they are missing');
    expect(two.former).toBe(await hashOf(one));
    const headers = worker.exports.find(({ path }) => path === '/audit')?.headers;
    expect(headers?.get('content-type')).toBe('application/x-ndjson');
    expect(headers?.has('authorization')).toBe(false);
  });

  it('the same again until it takes it, and not before the moment that it asks for', async () => {
    const worker = new AuditWorker();
    worker.receiverAnswers.push(refused(503, { 'Retry-After': '120' }));
    await worker.signIn();
    await worker.entries();
    await worker.commands.renew();
    await pass(100);
    expect(worker.delivered).toHaveLength(1);
    await pass(25);
    await worker.entries();
    expect(worker.delivered.map(({ seq }) => seq)).toEqual([1, 1, 2]);
    expect(new Set(worker.delivered.map(({ id }) => id)).size).toBe(2);
  });

  it.each([400, 401, 404, 500])('it also where it answers %i', async (status) => {
    const worker = new AuditWorker();
    worker.receiverAnswers.push(refused(status));
    await worker.signIn();
    await worker.entries();
    await pass(10);
    await worker.entries();
    expect(worker.delivered.map(({ seq }) => seq)).toEqual([1, 1]);
  });

  it('no more at once than it wants', async () => {
    const worker = new AuditWorker(
      {},
      { deliver: { url: 'https://otel.example.com/audit', batchEntries: 2 } },
    );
    worker.receiverAnswers.push(refused(503));
    await worker.signIn();
    await worker.entries();
    for (let call = 0; call < 4; call += 1) await worker.commands.renew();
    await worker.reading();
    await pass(10);
    await worker.entries();
    const bodies = worker.exports.map(({ body }) => body.trim().split('\n').length);
    expect(bodies).toEqual([1, 2, 2, 1]);
  });
});

/** Long enough that it is nowhere by chance. */
const secret = fc
  .tuple(fc.constantFrom('', 'eyJhbGciOi', 'https://api.example.com/v1/orders/'), fc.uuid())
  .map((parts) => parts.join(''));

it('holds no token, code, cookie or URL, whatever the servers and the page say', async () => {
  await fc.assert(
    fc.asyncProperty(secret, async (text) => {
      const worker = new AuditWorker({ stepUp: stepUp(), limits: limits({ commandsPerMinute: 9 }) });
      const tokens = { access_token: `access-${text}`, refresh_token: `refresh-${text}` };
      await worker.signIn(tokens);
      worker.api.answerNext(asksAgain);
      const waiting = worker.send({ headers: { cookie: text } });
      await rest();
      await worker.signIn(tokens);
      await waiting;
      for (let call = 0; call < 10; call += 1) {
        worker.server.answerNext(() => worker.server.tokens(tokens));
        await worker.commands.renew();
      }
      worker.server.answerNext(() => refusal(text, text));
      await pass(60);
      await worker.commands.renew();
      await worker.read();
      await worker.entries();
      const told = JSON.stringify([worker.delivered, await worker.read()]);
      expect(worker.delivered.length).toBeGreaterThan(10);
      for (const each of [text, 'access-', 'refresh-', 'the-c0de', 'https:', ORDERS, 'orders-spa'])
        expect(told).not.toContain(each);
      for (const { kind, cause, ...entry } of worker.delivered) {
        expect([...AUDIT_KINDS[kind], '_OTHER']).toContain(cause);
        const {
          id: _,
          seq: __,
          at: ___,
          log: ____,
          former: _____,
          subject,
          session,
          changed,
          ...more
        } = entry;
        expect([subject, typeof session, changed, more]).toEqual(['ada', 'string', undefined, {}]);
      }
    }),
    { numRuns: 5 },
  );
});

describe('a wrong option is refused, with its name and what is allowed', () => {
  it.each<[unknown, RegExp]>([
    [{ entries: 10 }, /option auditLog\.entries is 10; allowed is a number from 100 to 10000/],
    [{ deliver: {} }, /auditLog\.deliver\.url is missing; allowed is an https URL/],
    [{ deliver: { url: 'http://audit.example.com' } }, /auditLog\.deliver\.url is "http:/],
    [{ ring: 5 }, /auditLog\.ring is "present"; allowed is one of entries, deliver/],
  ])('%j', (options, message) => {
    expect(() => new AuditWorker({}, options as never)).toThrow(message);
  });
});
