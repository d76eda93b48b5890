import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createSessionEvents,
  memoryBus,
  type SessionBus,
  type SessionEvents,
  type SessionEventsOptions,
  toNodeMiddleware,
} from '../../../src/server.js';
import { listen as serve } from './node-server.js';
import { ORIGIN, ordersServer, WORKER_HEADERS } from './orders-server.js';

const KEYS = [{ id: '2026-11', secret: new Uint8Array(32).fill(7) }];
/** Sessions by their access tokens. */
const SESSIONS = new Map([
  ['laptop', { subject: 'ada', sid: 'a1' }],
  ['phone', { subject: 'ada', sid: 'a2' }],
  ['other', { subject: 'grace', sid: 'g1' }],
]);
const identify = ({ headers }: Request) => SESSIONS.get(headers.get('authorization')?.slice(7) ?? '');

let bus: SessionBus;
let open: Listener[];

beforeEach(() => {
  bus = memoryBus();
  open = [];
});
afterEach(() => Promise.all(open.map((listener) => listener.close())));

function eventsOf(options: Partial<SessionEventsOptions> = {}): SessionEvents {
  return createSessionEvents({ keys: KEYS, identify, bus, ...options });
}

function ask(events: SessionEvents | undefined, question: string, headers: Record<string, string> = {}) {
  const request = new Request(`${ORIGIN}/service-worker.js?${question}`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin', ...headers },
  });
  return ordersServer(events && { events }).handle(request);
}

/** What one worker hears. */
class Listener {
  readonly #reader: ReadableStreamDefaultReader<string>;

  static async of(token: string, events: SessionEvents): Promise<Listener> {
    const response = await ask(events, 'events', { authorization: `Bearer ${token}` });
    if (!response?.body) throw new Error(`refused with ${response?.status}`);
    const listener = new Listener(response.body);
    expect(await listener.next()).toBe(':\n\n');
    return listener;
  }

  private constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.pipeThrough(new TextDecoderStream() as never).getReader() as never;
    open.push(this);
  }

  async next(): Promise<string | undefined> {
    return (await this.#reader.read()).value;
  }

  /** Nothing has come until another event does. */
  async heardOnly(text: string): Promise<void> {
    expect(await this.next()).toBe(text);
  }

  close(): Promise<void> {
    return this.#reader.cancel();
  }
}

const REVOKED = 'event: end\ndata: revoked\n\n';
const SIGNED_OUT = 'event: end\ndata: signed-out\n\n';

describe('a worker that listens', () => {
  it('hears that its session ends, and nobody else does', async () => {
    const events = eventsOf();
    const [laptop, phone, other] = [
      await Listener.of('laptop', events),
      await Listener.of('phone', events),
      await Listener.of('other', events),
    ];
    await events.end({ subject: 'ada' });
    await laptop.heardOnly(REVOKED);
    await phone.heardOnly(REVOKED);
    await events.end({ sid: 'a2', reason: 'signed-out' });
    await phone.heardOnly(SIGNED_OUT);
    await events.end({ sid: 'a1' });
    await laptop.heardOnly(REVOKED);
    await events.end({ subject: 'grace', sid: 'a1', reason: 'signed-out' });
    await events.end({ subject: 'grace', sid: 'g1' });
    await other.heardOnly(REVOKED);
  });

  it('hears it from any server that shares the bus and the keys', async () => {
    const laptop = await Listener.of('laptop', eventsOf());
    await eventsOf().end({ subject: 'ada' });
    await laptop.heardOnly(REVOKED);
  });

  it('is told at once of an end that it missed', async () => {
    const events = eventsOf({ identify: () => ({ subject: 'ada', ended: true }) });
    const response = await ask(events, 'events');
    const text = response?.body?.pipeThrough(new TextDecoderStream() as never) as ReadableStream<string>;
    const reader = text.getReader();
    let heard = '';
    while (!heard.includes(REVOKED)) heard += (await reader.read()).value;
    await reader.cancel();
  });

  it('is sent something every 20 seconds, as long as it takes it', async () => {
    vi.useFakeTimers();
    try {
      const laptop = await Listener.of('laptop', eventsOf());
      const next = laptop.next();
      await vi.advanceTimersByTimeAsync(20_000);
      expect(await next).toBe(':\n\n');
      await laptop.close();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('is let go when its server closes', async () => {
    const events = eventsOf();
    const laptop = await Listener.of('laptop', events);
    events.close();
    expect(await laptop.next()).toBeUndefined();
  });

  it('gets an answer that nobody stores or frames', async () => {
    const response = await ask(eventsOf(), 'events', { authorization: 'Bearer laptop' });
    expect(response?.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response?.headers.get('cache-control')).toBe('no-store');
    expect(response?.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    await response?.body?.cancel();
  });
});

describe('on the bus', () => {
  /** A bus that somebody else can publish on, and listen to. */
  async function tapped() {
    const messages: string[] = [];
    await bus.subscribe((message) => messages.push(message));
    return messages;
  }

  it('a message without the servers’ signature ends nothing', async () => {
    const messages = await tapped();
    const events = eventsOf();
    const laptop = await Listener.of('laptop', events);
    await events.end({ subject: 'grace' });
    const [genuine = ''] = messages;
    const forged = [
      genuine.replace('grace', 'ada'),
      JSON.stringify({ subject: 'ada', reason: 'revoked', at: Date.now() }),
      genuine.replace('2026-11', 'unknown').replace('grace', 'ada'),
      '',
    ];
    for (const message of forged) await bus.publish(message);
    const others = eventsOf({ keys: [{ id: '2026-11', secret: new Uint8Array(32).fill(8) }] });
    await others.end({ subject: 'ada' });
    await events.end({ subject: 'ada', reason: 'signed-out' });
    await laptop.heardOnly(SIGNED_OUT);
  });

  it('a message that somebody kept ends nothing a minute later', async () => {
    const messages = await tapped();
    const events = eventsOf();
    await events.end({ subject: 'ada' });
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
    const laptop = await Listener.of('laptop', events);
    await bus.publish(messages[0] ?? '');
    await events.end({ subject: 'ada', reason: 'signed-out' });
    await laptop.heardOnly(SIGNED_OUT);
    now.mockRestore();
  });

  it('a former key’s signature counts while the key is kept', async () => {
    const [key] = KEYS;
    const newer = { id: '2027-01', secret: new Uint8Array(32).fill(9) };
    const laptop = await Listener.of('laptop', eventsOf({ keys: [newer, ...(key ? [key] : [])] }));
    await eventsOf().end({ subject: 'ada' });
    await laptop.heardOnly(REVOKED);
  });

  it('nobody listens before the bus does, and the next worker asks again', async () => {
    const subscribe = vi.fn().mockRejectedValueOnce(new Error('Redis is down'));
    const events = eventsOf({ bus: { publish: () => undefined, subscribe } });
    await expect(Listener.of('laptop', events)).rejects.toThrow('Redis is down');
    await Listener.of('laptop', events);
    await Listener.of('phone', events);
    expect(subscribe).toHaveBeenCalledTimes(2);
  });
});

describe('signing out everywhere', () => {
  it('ends all sessions of the person who asks, after the app has revoked them', async () => {
    const order: unknown[] = [];
    const events = eventsOf({ onSignOutEverywhere: ({ subject }) => void order.push(subject) });
    const phone = await Listener.of('phone', events);
    const response = await ask(events, 'sign-out-everywhere', { authorization: 'Bearer laptop' });
    expect(response?.status).toBe(204);
    await phone.heardOnly(SIGNED_OUT);
    expect(order).toEqual(['ada']);
  });

  it('tells nobody where the app could not revoke them', async () => {
    const publish = vi.fn();
    const events = eventsOf({
      bus: { publish, subscribe: () => undefined },
      onSignOutEverywhere: () => Promise.reject(new Error('no answer')),
    });
    await expect(ask(events, 'sign-out-everywhere', { authorization: 'Bearer laptop' })).rejects.toThrow(
      'no answer',
    );
    expect(publish).not.toHaveBeenCalled();
  });
});

describe.each(['events', 'sign-out-everywhere'])('?%s is refused', (question) => {
  const bearer = { authorization: 'Bearer laptop' };

  it.each([
    ['without a credential', {}, 401],
    ['with one that nobody knows', { authorization: 'Bearer forged' }, 401],
    ['to another site', { ...bearer, 'sec-fetch-site': 'cross-site' }, 403],
    ['to another origin of this site', { ...bearer, 'sec-fetch-site': 'same-site' }, 403],
    ['to who says not whence it comes', { ...bearer, 'sec-fetch-site': '' }, 403],
    ['to a registration', { ...bearer, ...WORKER_HEADERS }, 403],
  ])('%s', async (_, headers, status) => {
    const response = await ask(eventsOf(), question, headers);
    expect(response?.status).toBe(status);
    expect(response?.headers.get('content-type')).toBe('application/problem+json');
    expect(response?.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('where the server has no such option', async () => {
    expect((await ask(undefined, question, bearer))?.status).toBe(403);
  });
});

describe('in Node', () => {
  it('events arrive one by one, and a client that goes away is forgotten', async () => {
    const closed = vi.fn();
    const events = eventsOf();
    const watched: SessionEvents = {
      ...events,
      listen: async (session) =>
        (await events.listen(session)).pipeThrough(
          new TransformStream({ cancel: closed } as object),
        ) as never,
    };
    await using server = await serve(toNodeMiddleware(ordersServer({ events: watched })));
    const response = await fetch(`http://localhost:${server.port}/service-worker.js?events`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', authorization: 'Bearer laptop' },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe(':\n\n');
    await events.end({ subject: 'ada' });
    expect((await reader?.read())?.value).toBe(REVOKED);
    await reader?.cancel();
    await vi.waitFor(() => expect(closed).toHaveBeenCalled());
  });
});

describe('what is wrong is refused at start, with its name', () => {
  it.each([
    [{ keys: [] }, /option "keys" is \[\]; allowed is a list of at least one/],
    [{ identify: 'ada' }, /option "identify" is "ada"; allowed is a function/],
    [{ bus: {} }, /option "bus" is an object; allowed is an object with publish and subscribe/],
    [
      { onSignOutEverywhere: true },
      /option "onSignOutEverywhere" is true; allowed is a function, or nothing/,
    ],
  ])('%j', (options, message) => {
    expect(() => eventsOf(options as never)).toThrow(message);
  });

  it('events of the server that are none', () => {
    expect(() => ordersServer({ events: {} as never })).toThrow(
      /option "events" is an object; allowed is what createSessionEvents returns/,
    );
  });

  it('an end of nobody’s session', async () => {
    for (const who of [{}, { subject: '' }, { subject: undefined } as never])
      await expect(eventsOf().end(who)).rejects.toThrow(/option "subject"/);
  });
});
