import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CHANNEL } from '../../../../src/shared/protocol.js';
import type { Route } from '../../../../src/worker/fetch-handler.js';
import type { Keeper } from '../../../../src/worker/keeper.js';
import type { SessionKeeperOptions } from '../../../../src/worker/options.js';
import { serverEvents } from '../../../../src/worker/server-events/create-server-events.js';
import type { ConnectedServerEvents } from '../../../../src/worker/server-events/server-events.js';
import { RECORD, type SessionRecord } from '../../../../src/worker/session-record.js';
import { refusal } from '../fake-authorization-server.js';
import { turn } from '../manual-time.js';
import { Browser, ORIGIN, sessionRecord, workerParts } from '../worker-parts.js';

const OWN = `${ORIGIN}/service-worker.js`;
const END = 'event: end\ndata: revoked\n\n';
const SIGN_OUT = 'event: end\ndata: signed-out\n\n';

/** The app's server, as the worker meets it. */
class Server {
  /** What was asked, and with which credential. */
  readonly asked: [question: string, authorization: string | null][] = [];
  /** What comes in place of a stream, or of the answer to a sign-out everywhere. */
  answer: ((question: string) => Response | Promise<Response> | undefined) | undefined;
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  isOpen = false;

  readonly fetch: typeof fetch = async (input) => {
    const { url, headers, signal, method } = input as Request;
    const question = url.replace(`${OWN}?`, '');
    expect(method).toBe('POST');
    this.asked.push([question, headers.get('authorization')]);
    const other = this.answer?.(question);
    if (other) return other;
    if (question === 'sign-out-everywhere') return new Response(null, { status: 204 });
    this.isOpen = true;
    const closed = () => {
      this.isOpen = false;
    };
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#stream = controller;
        signal.addEventListener('abort', () => {
          closed();
          controller.error(signal.reason);
        });
      },
      cancel: closed,
    });
    this.say(':\n\n');
    return new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
  };

  say(text: string): void {
    if (this.isOpen) this.#stream?.enqueue(new TextEncoder().encode(text));
  }

  hangUp(): void {
    this.isOpen = false;
    this.#stream?.close();
  }
}

let browser: Browser;
let server: Server;
let parts: ReturnType<typeof workerParts>;
let connected: ConnectedServerEvents;
let scope: EventTarget & { registration: EventTarget };
const stopFollowing = new Set<() => void>();

beforeEach(() => {
  vi.stubGlobal('self', { location: { origin: ORIGIN } });
  browser = new Browser();
  server = new Server();
  browser.pages.open({ id: 'tab' }, () => undefined);
});
afterEach(() => {
  for (const stop of stopFollowing) stop();
  vi.unstubAllGlobals();
});

/** Starts a worker; with a session, it watches at once. */
async function start(policy: SessionKeeperOptions['policy'] = {}): Promise<void> {
  parts = workerParts(browser, { policy });
  const { clients } = browser.pages.scope(`${ORIGIN}/`);
  scope = Object.assign(new EventTarget(), {
    clients,
    location: new URL(OWN),
    registration: new EventTarget(),
  });
  const resource = parts.resourceWith(server.fetch);
  connected = serverEvents().connect({ ...parts, resource, scope: scope as never });
  parts.changes.add(() => connected.sessionChanged());
  await parts.session.load();
  await turn();
}

/** The worker's parts with the option laid around them. */
function keeperWith(more: Partial<Keeper['commands']> = {}, route?: Route): Keeper {
  const done = async () => ({});
  return connected.keeper({
    fetchHandler: { route: () => route },
    commands: { hello: done, signOut: done, ...more },
  } as unknown as Keeper);
}

const phase = () => parts.session.status(0);
const asksFor = (question: string) => server.asked.filter(([each]) => each === question);

async function hear(text: string): Promise<void> {
  server.say(text);
  await turn();
}

describe('a worker with a session', () => {
  it('listens with the session’s credential, and asks nothing of the authorization server', async () => {
    await browser.signIn();
    await start();
    expect(server.asked).toEqual([['events', 'Bearer access-1']]);
    expect(browser.server.tokenRequests).toEqual([]);
  });

  it('does not listen where there is no session, no page, or no token that serves', async () => {
    await start();
    expect(server.asked).toEqual([]);

    await browser.signIn({ lifetimeMs: 0 });
    await parts.session.reload();
    await browser.time.pass(3_600_000);
    expect([server.asked, browser.server.tokenRequests]).toEqual([[], []]);

    browser = new Browser();
    await browser.signIn();
    await start();
    expect(server.asked).toEqual([]);
  });

  it('goes on when the token that it began with has run out, and after the next renewal', async () => {
    await browser.signIn();
    await start();
    await browser.time.pass(20_000);
    await hear(':\n\n');
    await parts.renewal.attempt();
    await turn();
    expect(asksFor('events')).toHaveLength(1);
    expect(server.isOpen).toBe(true);
  });

  it('listens for the next person in place of the one before', async () => {
    await browser.signIn();
    await start();
    await parts.session.begin(
      sessionRecord({
        attempt: 'second',
        subject: 'grace',
        accessToken: 'hers',
        beganAt: browser.time.now(),
      }),
      [],
    );
    await turn();
    expect(server.asked.map(([, authorization]) => authorization)).toEqual([
      'Bearer access-1',
      'Bearer hers',
    ]);
    await parts.session.signOut();
    await turn();
    expect(server.isOpen).toBe(false);
  });

  it('stops when no page is left, and begins again with the next one', async () => {
    await browser.signIn({ lifetimeMs: 100_000_000 });
    await start();
    const matchAll = vi.spyOn(Reflect.get(scope, 'clients'), 'matchAll').mockResolvedValue([]);
    await hear(':\n\n');
    expect(server.isOpen).toBe(false);
    await browser.time.pass(600_000);
    expect(asksFor('events')).toHaveLength(1);
    matchAll.mockRestore();
    sign();
    await turn();
    expect(server.isOpen).toBe(true);
  });
});

describe('a stream that breaks', () => {
  beforeEach(async () => {
    await browser.signIn({ lifetimeMs: 100_000_000 });
    await start({ retry: { baseDelaySeconds: 2, maxDelaySeconds: 16 } });
  });

  it('is asked for again after the policy’s waits, and once it has held, after the first of them', async () => {
    server.answer = () => new Response('', { status: 503 });
    server.hangUp();
    await turn();
    for (const [waitMs, count] of [
      [1_999, 1],
      [1, 2],
      [3_999, 2],
      [1, 3],
      [8_000, 4],
      [16_000, 5],
      [16_000, 6],
    ] as const) {
      await browser.time.pass(waitMs);
      expect(asksFor('events')).toHaveLength(count);
    }
    server.answer = undefined;
    await browser.time.pass(16_000);
    expect(server.isOpen).toBe(true);
    // One that takes connections and drops them at once is not there yet.
    server.hangUp();
    await browser.time.pass(15_999);
    expect(server.isOpen).toBe(false);
    await browser.time.pass(1);
    expect(server.isOpen).toBe(true);
    await hear(':\n\n');
    server.hangUp();
    await browser.time.pass(2_000);
    expect(server.isOpen).toBe(true);
  });

  it('counts as broken when nothing was heard for 50 seconds', async () => {
    await browser.time.pass(49_999);
    await hear(':\n\n');
    await browser.time.pass(49_999);
    expect(server.isOpen).toBe(true);
    await browser.time.pass(1);
    expect(server.isOpen).toBe(false);
    await browser.time.pass(2_000);
    expect(server.isOpen).toBe(true);
  });

  it('is not asked for again where the server has none', async () => {
    server.hangUp();
    server.answer = () => new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } });
    await browser.time.pass(2_000);
    expect(asksFor('events')).toHaveLength(2);
    await browser.time.pass(600_000);
    expect(asksFor('events')).toHaveLength(2);
  });

  it('refused with 401 has the authorization server asked, once', async () => {
    server.hangUp();
    server.answer = () => new Response('', { status: 401 });
    await browser.time.pass(60_000);
    expect(asksFor('events').length).toBeGreaterThan(3);
    expect(browser.server.tokenRequests).toHaveLength(1);
    expect(phase().phase).toBe('active');
  });

  it('refused with 401 ends the session where the authorization server has ended it', async () => {
    server.hangUp();
    server.answer = () => new Response('', { status: 401 });
    browser.server.answerNext(() => refusal('invalid_grant'));
    await browser.time.pass(2_000);
    expect(phase()).toMatchObject({ phase: 'ended', problem: { code: 'session_revoked' } });
  });
});

describe('the server’s word', () => {
  it('ends the session at once, and its refresh token is revoked', async () => {
    await browser.signIn();
    await start();
    // It may come in pieces.
    await hear(END.slice(0, 5));
    expect(phase().phase).toBe('active');
    await hear(END.slice(5));
    expect(phase()).toMatchObject({ phase: 'ended', problem: { code: 'session_revoked' } });
    expect(browser.server.revoked).toEqual(['refresh-1']);
    expect(browser.server.tokenRequests).toEqual([]);
    expect(server.isOpen).toBe(false);
  });

  it('ends it also where a renewal is stored meanwhile', async () => {
    await browser.signIn();
    await start();
    const commit = browser.vault.commit.bind(browser.vault);
    let isFirst = true;
    vi.spyOn(browser.vault, 'commit').mockImplementation(async (change) => {
      if (isFirst && change.put?.some(({ name }) => name === RECORD.end)) {
        isFirst = false;
        await commit({ put: [{ name: RECORD.session, value: sessionRecord({ generation: 2 }) }] });
      }
      return commit(change);
    });
    await hear(END);
    expect(phase().phase).toBe('ended');
  });

  it('is a sense of more than one kind: who signed out everywhere is told so', async () => {
    await browser.signIn();
    await start();
    await hear(SIGN_OUT);
    expect(phase()).toMatchObject({ phase: 'ended', problem: { code: 'signed_out_elsewhere' } });
  });

  it('that a later server may say changes nothing', async () => {
    await browser.signIn();
    await start();
    await hear('event: step-up\ndata: end\n\n');
    expect(phase().phase).toBe('active');
  });
});

describe('with a grace in the policy', () => {
  const stored = async () => (await browser.vault.read<SessionRecord>(RECORD.session))?.value;

  beforeEach(async () => {
    await browser.signIn({ lifetimeMs: 100_000 });
    await start({ revocationGraceSeconds: 60 });
  });

  it('the session is ending until then, with a new token, and then it is over', async () => {
    await browser.time.pass(30_000);
    browser.server.answerNext(() => browser.server.tokens({ expires_in: 90 }));
    await hear(END);
    const now = browser.time.now();
    expect(phase()).toMatchObject({
      phase: 'ending',
      endsAt: now + 60_000,
      problem: { code: 'session_revoked' },
    });
    expect(browser.server.tokenRequests).toHaveLength(1);
    expect(parts.session.usable()?.accessToken).toBe('access-2');
    await hear(END);
    expect(phase().endsAt).toBe(now + 60_000);

    await browser.time.pass(59_000);
    // Two thirds of the token's life are over, and it would be renewed.
    expect(parts.session.isRenewalDue()).toBe(false);
    await browser.time.pass(1000);
    expect(parts.session.usable()).toBeUndefined();
    await parts.session.enforceLimits();
    expect(phase()).toMatchObject({ phase: 'ended', problem: { code: 'session_revoked' } });
  });

  it('it lasts no longer than the token, where there is no other to be had', async () => {
    await browser.time.pass(80_000);
    const endsAt = browser.time.now() + 20_000;
    browser.server.answerNext(() => refusal('invalid_grant'));
    await hear(END);
    expect(phase()).toMatchObject({ phase: 'ending', endsAt });
  });

  it('another worker, or a later life of this one, knows of it', async () => {
    await hear(END);
    const { endsAt } = phase();
    const later = workerParts(browser, { policy: { revocationGraceSeconds: 60 } });
    await later.session.load();
    expect(later.session.status(0)).toMatchObject({ phase: 'ending', endsAt });
  });

  it('a new sign-in begins another session, with no such end', async () => {
    await hear(END);
    await parts.session.begin(sessionRecord({ attempt: 'second', beganAt: browser.time.now() }), []);
    expect(phase().phase).toBe('active');
    expect((await stored())?.endsAt).toBeUndefined();
  });

  it('a sign-out everywhere ends it at once', async () => {
    await hear(END);
    await hear(SIGN_OUT);
    expect(phase()).toMatchObject({ phase: 'ended', problem: { code: 'signed_out_elsewhere' } });
  });
});

describe('signing out everywhere', () => {
  const request = { endSession: false, everywhere: true };
  const INCOMPLETE = { code: 'sign_out_incomplete' };

  it('asks the server first, hears nothing of itself, and then signs out here', async () => {
    await browser.signIn();
    await start();
    const phases: string[] = [];
    parts.changes.add(() => phases.push(phase().phase));
    const signOut = vi.fn(async () => {
      await parts.session.signOut();
      return {};
    });
    server.answer = (question) => {
      if (question === 'sign-out-everywhere') server.say(SIGN_OUT);
      return undefined;
    };
    expect(await keeperWith({ signOut }).commands.signOut(request)).toEqual({});
    await turn();
    expect(signOut).toHaveBeenCalledWith({ endSession: false });
    expect(asksFor('sign-out-everywhere')).toEqual([['sign-out-everywhere', 'Bearer access-1']]);
    expect(phases).not.toContain('ended');
    expect(phase().phase).toBe('signed-out');
  });

  it.each([
    ['refuses', () => new Response('', { status: 500 })],
    ['is not there', () => Promise.reject(new TypeError('fetch failed'))],
  ])('signs out here also where the server %s, and says so', async (_, answer) => {
    await browser.signIn();
    await start();
    server.answer = (question) => (question === 'events' ? undefined : answer());
    const signOut = vi.fn(async () => ({}));
    await expect(keeperWith({ signOut }).commands.signOut(request)).rejects.toMatchObject(INCOMPLETE);
    expect(signOut).toHaveBeenCalledTimes(1);
  });

  it('waits five seconds for the server, and no longer', async () => {
    await browser.signIn({ lifetimeMs: 0 });
    await start();
    browser.server.answerNext(() => new Promise(() => undefined));
    const signOut = vi.fn(async () => ({}));
    const replying = expect(keeperWith({ signOut }).commands.signOut(request)).rejects.toMatchObject(
      INCOMPLETE,
    );
    await browser.time.pass(4_999);
    expect(signOut).not.toHaveBeenCalled();
    await browser.time.pass(1);
    await replying;
  });

  it('renews a token that has run out first', async () => {
    await browser.signIn({ lifetimeMs: 0 });
    await start();
    await keeperWith().commands.signOut(request);
    expect(asksFor('sign-out-everywhere')).toEqual([['sign-out-everywhere', 'Bearer access-2']]);
  });

  it('is not what a plain sign-out does', async () => {
    await browser.signIn();
    await start();
    await keeperWith().commands.signOut({ endSession: false });
    expect(asksFor('sign-out-everywhere')).toEqual([]);
  });
});

/** A page’s message; answers whether the worker is kept alive for it. */
function sign(data: unknown = { channel: CHANNEL, protocol: 1 }): { isHeld: () => boolean } {
  let isHeld = false;
  const waitUntil = (work: Promise<unknown>) => {
    isHeld = true;
    void work.finally(() => {
      isHeld = false;
    });
  };
  scope.dispatchEvent(Object.assign(new Event('message'), { data, waitUntil }));
  return { isHeld: () => isHeld };
}

describe('a page’s sign of life', () => {
  it('keeps the worker for a minute and a half, and is asked for at the page’s start', async () => {
    await browser.signIn();
    await start();
    expect(await keeperWith().commands.hello()).toMatchObject({ watched: true });
    const { isHeld } = sign();
    await browser.time.pass(89_999);
    expect(isHeld()).toBe(true);
    await browser.time.pass(1);
    expect(isHeld()).toBe(false);
  });

  it('keeps no worker without a session, nor for a message of somebody else', async () => {
    await start();
    const { isHeld } = sign();
    await turn();
    expect(isHeld()).toBe(false);
    expect(sign('hello').isHeld()).toBe(false);
  });

  it('keeps no new version waiting', async () => {
    await browser.signIn();
    await start();
    const { isHeld } = sign();
    await turn();
    scope.registration.dispatchEvent(new Event('updatefound'));
    await turn();
    expect(isHeld()).toBe(false);
    const later = sign();
    await turn();
    expect(later.isHeld()).toBe(false);
  });
});

describe('a page’s own request at the worker’s script', () => {
  const route: Route = { kind: 'api', api: { origin: ORIGIN, pathPrefix: '/' } };

  it('gets no credential, also where the path is one of an API’s', async () => {
    await start();
    const { fetchHandler } = keeperWith({}, route);
    expect(fetchHandler.route(new Request(`${OWN}?sign-out-everywhere`))).toEqual({ kind: 'untag' });
    expect(fetchHandler.route(new Request(`${ORIGIN}/orders`))).toBe(route);
    expect(fetchHandler.route(new Request('https://api.example.com/service-worker.js'))).toBe(route);
  });
});
