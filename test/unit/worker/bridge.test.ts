import { wrap } from 'comlink';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Commands, Reply } from '../../../src/shared/protocol.js';
import { Bridge } from '../../../src/worker/bridge.js';
import type { Handlers } from '../../../src/worker/commands.js';
import type { PageRequests } from '../../../src/worker/page-requests.js';

const NAMES = ['hello', 'signIn', 'signOut', 'renew', 'touch', 'claim'];
const DONE: Reply<undefined> = { ok: true, value: undefined };

/** What reached a command: its name and arguments. */
let reached: { name: string; given: unknown[] }[];
let answer: () => Promise<void>;
let bridge: Bridge;
const pages = { receive: vi.fn(), remember: vi.fn() };

beforeEach(() => {
  reached = [];
  answer = async () => undefined;
  const command =
    (name: string) =>
    (...given: unknown[]) => {
      reached.push({ name, given });
      return answer();
    };
  const commands = Object.fromEntries(NAMES.map((name) => [name, command(name)])) as unknown as Handlers;
  vi.resetAllMocks();
  bridge = new Bridge(commands, pages as unknown as PageRequests);
});

afterEach(() => {
  vi.useRealTimers();
});

class Page {
  readonly url = 'https://orders.example.com/';
  readonly replies: unknown[] = [];
  readonly id: string;

  constructor(id = 'page-1') {
    this.id = id;
  }

  postMessage(message: unknown): void {
    this.replies.push(structuredClone(message));
  }
}

/** Delivers a message as a browser does, and gives what the event waits for. */
function deliver(data: unknown, source: unknown = new Page()) {
  const awaited: Promise<unknown>[] = [];
  const waitUntil = (work: Promise<unknown>) => awaited.push(work);
  const event = { data: structuredClone(data), source, waitUntil } as unknown as ExtendableMessageEvent;
  return { ours: bridge.handle(event), awaited };
}

const envelope = (call: unknown) => ({ channel: 'session-keeper', protocol: 1, call });
const apply = (changes: Record<string, unknown> = {}) =>
  envelope({ id: '1', type: 'APPLY', path: ['renew'], argumentList: [], ...changes });
const raw = (value: unknown) => ({ type: 'RAW', value });

describe('a command', () => {
  it('is called with its argument, and answered to the page that called', async () => {
    const page = new Page();
    const other = new Page('page-2');
    const request = { mode: 'popup', returnTo: '/orders' };
    const { ours, awaited } = deliver(apply({ path: ['signIn'], argumentList: [raw(request)] }), page);
    await Promise.all(awaited);
    expect(ours).toBe(true);
    expect(reached).toEqual([{ name: 'signIn', given: [request] }]);
    expect(page.replies).toEqual([envelope({ id: '1', type: 'RAW', value: DONE })]);
    expect(other.replies).toEqual([]);
  });

  it.each(NAMES)('%s can be called', async (name) => {
    await Promise.all(deliver(apply({ path: [name], argumentList: [raw({})] })).awaited);
    expect(reached.map((call) => call.name)).toEqual([name]);
  });

  it('without an argument gets an empty object', async () => {
    await Promise.all(deliver(apply({ argumentList: [] })).awaited);
    await Promise.all(deliver(apply({ id: '2', argumentList: [raw(null)] })).awaited);
    expect(reached.map(({ given }) => given)).toEqual([[{}], [{}]]);
  });

  it('keeps the worker awake until it is answered', async () => {
    let settle = (): void => undefined;
    answer = () => new Promise((resolve) => (settle = resolve));
    const page = new Page();
    const [work] = deliver(apply(), page).awaited;
    let over = false;
    const ended = work?.then(() => {
      over = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(over).toBe(false);
    settle();
    await ended;
    expect(page.replies).toHaveLength(1);
  });

  it('repeated while it runs is run once, and each repetition keeps the worker awake', async () => {
    let settle = (): void => undefined;
    answer = () => new Promise((resolve) => (settle = resolve));
    const page = new Page();
    const works = [1, 2, 3].flatMap(() => deliver(apply(), page).awaited);
    expect(works).toHaveLength(3);
    settle();
    await Promise.all(works);
    expect(reached).toHaveLength(1);
    expect(page.replies).toHaveLength(1);
  });

  it('repeated after its reply is neither run nor answered again', async () => {
    const page = new Page();
    await Promise.all(deliver(apply(), page).awaited);
    await Promise.all(deliver(apply(), page).awaited);
    expect(reached).toHaveLength(1);
    expect(page.replies).toHaveLength(1);
  });

  it('is forgotten some time after its reply', async () => {
    vi.useFakeTimers();
    const page = new Page();
    await Promise.all(deliver(apply(), page).awaited);
    await vi.advanceTimersByTimeAsync(5000);
    expect(vi.getTimerCount()).toBe(0);
    await Promise.all(deliver(apply(), page).awaited);
    expect(reached).toHaveLength(2);
  });

  it('with the same id from another page is another call', async () => {
    const pages = [new Page('page-1'), new Page('page-2')];
    await Promise.all(pages.flatMap((page) => deliver(apply(), page).awaited));
    expect(reached).toHaveLength(2);
    for (const { replies } of pages) expect(replies).toHaveLength(1);
  });

  it('that fails is answered with why, and ends', async () => {
    answer = () => Promise.reject(new RangeError('broken'));
    const page = new Page();
    await Promise.all(deliver(apply(), page).awaited);
    const error = { code: 'worker_failed', message: 'broken', retryable: false };
    expect(page.replies).toEqual([envelope({ id: '1', type: 'RAW', value: { ok: false, error } })]);
  });

  it('made by comlink is answered as comlink reads it', async () => {
    const calls = new EventTarget();
    const page = new Page();
    page.postMessage = ({ call }: { call: unknown }) => {
      calls.dispatchEvent(new MessageEvent('message', { data: structuredClone(call) }));
    };
    const commands = wrap<Commands>({
      postMessage: (call: unknown) => void deliver(envelope(call), page),
      addEventListener: calls.addEventListener.bind(calls),
      removeEventListener: calls.removeEventListener.bind(calls),
    });
    expect(await commands.touch('input')).toEqual(DONE);
    expect(reached).toEqual([{ name: 'touch', given: ['input'] }]);
  });
});

describe('a note of a page', () => {
  it.each([[{ type: 'cancel', tag: 'a' }], [{ type: 'sent', tag: 'a' }], [{ type: 'unsent', tag: 'a' }]])(
    '%j is passed on, and the page with it',
    (note) => {
      const page = new Page();
      expect(deliver({ ...envelope(undefined), note }, page)).toEqual({ ours: true, awaited: [] });
      expect(pages.receive).toHaveBeenCalledExactlyOnceWith(note);
      expect(pages.remember).toHaveBeenCalledExactlyOnceWith(page);
    },
  );

  it('is passed on without anything else that came with it', () => {
    deliver({ ...envelope(undefined), note: { type: 'cancel', tag: 'a', extra: 1 } });
    expect(pages.receive).toHaveBeenCalledExactlyOnceWith({ type: 'cancel', tag: 'a' });
  });

  it.each([
    [null],
    ['cancel'],
    [{ type: 'cancel' }],
    [{ type: 'cancel', tag: 7 }],
    [{ type: 'CANCEL', tag: 'a' }],
    [{ type: ['cancel'], tag: 'a' }],
    [{ type: 'constructor', tag: 'a' }],
    [{ tag: 'a' }],
  ])('is not %j', (note) => {
    deliver({ ...envelope(undefined), note });
    expect(pages.receive).not.toHaveBeenCalled();
  });
});

describe('what is no call of a command reaches nothing and is not answered', () => {
  it.each<[string, unknown]>([
    ['a property path', apply({ path: ['renew', 'constructor'] })],
    [
      'the way to Function',
      apply({ path: ['constructor', 'constructor'], argumentList: [raw('return self')] }),
    ],
    ['constructor', apply({ path: ['constructor'] })],
    ['__proto__', apply({ path: ['__proto__'] })],
    ['toString', apply({ path: ['toString'] })],
    ['hasOwnProperty', apply({ path: ['hasOwnProperty'], argumentList: [raw('renew')] })],
    ['an empty path', apply({ path: [] })],
    ['no path', apply({ path: undefined })],
    ['a path that is text', apply({ path: 'renew' })],
    ['a path like an array', apply({ path: { 0: 'renew', length: 1 } })],
    ['a name in a list, which reads as the name', apply({ path: [['renew']] })],
    ['a name with a space', apply({ path: ['renew '] })],
    ['an unknown name', apply({ path: ['tokens'] })],
    ['a command of an option that this worker has not', apply({ path: ['diagnose'] })],
    ['a number as name', apply({ path: [0] })],
    ['two arguments', apply({ argumentList: [raw({}), raw({})] })],
    ['arguments that are no list', apply({ argumentList: { 0: raw({}), length: 1 } })],
    ['no list of arguments', apply({ argumentList: undefined })],
    ['a HANDLER argument', apply({ argumentList: [{ type: 'HANDLER', name: 'throw', value: {} }] })],
    ['a proxy HANDLER argument', apply({ argumentList: [{ type: 'HANDLER', name: 'proxy', value: {} }] })],
    ['an argument without its type', apply({ argumentList: [{ value: {} }] })],
    ['an argument that is null', apply({ argumentList: [null] })],
    ['an argument that is text', apply({ argumentList: ['{}'] })],
    ['GET of a command', apply({ type: 'GET' })],
    ['GET of everything', apply({ type: 'GET', path: [] })],
    ['SET of a command', apply({ type: 'SET', value: raw('broken') })],
    ['SET of the prototype', apply({ type: 'SET', path: ['__proto__', 'polluted'], value: raw(true) })],
    ['CONSTRUCT', apply({ type: 'CONSTRUCT' })],
    ['ENDPOINT', apply({ type: 'ENDPOINT' })],
    ['RELEASE', apply({ type: 'RELEASE' })],
    ['a type in lower case', apply({ type: 'apply' })],
    ['a type in a list', apply({ type: ['APPLY'] })],
    ['no id', apply({ id: undefined })],
    ['an id that is no text', apply({ id: { toString: 1 } })],
    ['no call', envelope(undefined)],
    ['a call that is text', envelope('renew')],
    ['a call that is a list', envelope(['APPLY'])],
    ['null', envelope(null)],
  ])('%s', async (_, message) => {
    const page = new Page();
    const { ours, awaited } = deliver(message, page);
    await Promise.all(awaited);
    expect(ours).toBe(true);
    expect(awaited).toEqual([]);
    expect(reached).toEqual([]);
    expect(page.replies).toEqual([]);
    expect({}).not.toHaveProperty('polluted');
  });

  it.each([[undefined], [null], ['session-keeper'], [{}], [{ channel: 'other', call: {} }], [[]]])(
    'and %j is not even ours',
    (message) => {
      expect(deliver(message)).toEqual({ ours: false, awaited: [] });
    },
  );

  it.each([
    ['nobody', null],
    ['a message port', { postMessage: (): void => undefined }],
    ['another worker', { scriptURL: 'https://orders.example.com/w.js', postMessage: (): void => undefined }],
  ])('and a call from %s is not answered', (_, source) => {
    expect(deliver(apply(), source)).toEqual({ ours: true, awaited: [] });
    expect(reached).toEqual([]);
  });

  it('and a getter is read once, so that what was checked is what is called', async () => {
    const flipping = <T>(...values: [T, T]) => ({ get: () => values.shift(), enumerable: true });
    const argument = Object.defineProperties(
      {},
      { type: flipping('RAW', 'HANDLER'), value: flipping({ a: 1 }, { a: 2 }) },
    );
    const call = Object.defineProperties(
      { id: '1', argumentList: [argument] },
      { type: flipping('APPLY', 'GET'), path: flipping(['renew'], ['constructor']) },
    );
    const awaited: Promise<unknown>[] = [];
    const waitUntil = (work: Promise<unknown>) => awaited.push(work);
    const event = {
      data: envelope(call),
      source: new Page(),
      waitUntil,
    } as unknown as ExtendableMessageEvent;
    bridge.handle(event);
    await Promise.all(awaited);
    expect(reached).toEqual([{ name: 'renew', given: [{ a: 1 }] }]);
  });

  it('and a call stays what it is when the argument carries more', async () => {
    const argument = { type: 'RAW', value: { a: 1 }, name: 'proxy', extra: [1] };
    const message = apply({ argumentList: [argument], value: raw(1), extra: 'x' });
    await Promise.all(deliver(message).awaited);
    expect(reached).toEqual([{ name: 'renew', given: [{ a: 1 }] }]);
  });
});

describe('any message at all', () => {
  const word = fc.oneof(
    fc.constantFrom(...NAMES, 'constructor', '__proto__', 'prototype', 'toString', 'then', 'apply', 'call'),
    fc.string({ maxLength: 8 }),
  );
  const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined), word);
  const argument = fc.oneof(
    fc.record({ type: fc.constantFrom('RAW', 'HANDLER', 'raw'), name: word, value: anything }),
    fc.record({ type: fc.constant('RAW'), value: anything }),
    anything,
  );
  const call = fc.record(
    {
      id: fc.oneof({ weight: 4, arbitrary: fc.uuid() }, anything),
      type: fc.oneof(
        { weight: 4, arbitrary: fc.constant('APPLY') },
        fc.constantFrom('GET', 'SET', 'CONSTRUCT', 'ENDPOINT', 'RELEASE'),
        anything,
      ),
      path: fc.oneof(
        { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...NAMES)) },
        { weight: 4, arbitrary: fc.array(fc.oneof(word, anything), { maxLength: 3 }) },
        anything,
      ),
      argumentList: fc.oneof({ weight: 4, arbitrary: fc.array(argument, { maxLength: 2 }) }, anything),
      value: anything,
    },
    { requiredKeys: ['id', 'type', 'path'] },
  );
  const message = fc.oneof(
    { weight: 9, arbitrary: call.map(envelope) },
    fc.record({ channel: fc.oneof(fc.constant('session-keeper'), word), call: anything, event: anything }),
    anything,
  );

  it('reaches nothing but a command with one argument, and never throws', async () => {
    let commands = 0;
    let pages = 0;
    await fc.assert(
      fc.asyncProperty(message, async (data) => {
        reached = [];
        // A page of its own, so that no call is the repetition of one before.
        const page = new Page(`page-${++pages}`);
        const { awaited } = deliver(data, page);
        await Promise.all(awaited);
        expect(reached.length).toBe(awaited.length);
        for (const { name, given } of reached) {
          expect(NAMES).toContain(name);
          expect(given).toHaveLength(1);
          commands += 1;
        }
        expect(page.replies).toHaveLength(reached.length);
        for (const reply of page.replies) expect(reply).toMatchObject({ call: { type: 'RAW', value: DONE } });
      }),
      { numRuns: 1000 },
    );
    // Otherwise the messages were no test of anything.
    expect(commands).toBeGreaterThan(20);
  });
});

describe('a page whose protocol the worker does not understand any more', () => {
  const tooOld = (name: string, value: unknown = {}) => ({
    ...apply({ path: [name], argumentList: [raw(value)] }),
    protocol: 0,
  });
  const refused = { ok: false, error: { code: 'protocol_unsupported', retryable: false } };

  it.each(['hello', 'signIn', 'renew', 'touch'])('is told to reload when it calls %s', async (name) => {
    const page = new Page();
    await Promise.all(deliver(tooOld(name), page).awaited);
    expect(page.replies).toMatchObject([{ call: { value: refused } }]);
  });

  it.each(['hello', 'signIn', 'renew'])('does not get %s done', async (name) => {
    await Promise.all(deliver(tooOld(name)).awaited);
    expect(reached).toEqual([]);
  });

  it('counts as used when a person uses it', async () => {
    await Promise.all(deliver(tooOld('touch', 'input')).awaited);
    expect(reached).toEqual([{ name: 'touch', given: ['input'] }]);
  });

  it.each(['signOut', 'claim'])('can still ask for %s', async (name) => {
    const page = new Page();
    await Promise.all(deliver(tooOld(name), page).awaited);
    expect(reached.map((call) => call.name)).toEqual([name]);
    expect(page.replies).toMatchObject([{ call: { value: DONE } }]);
  });

  it('can still give a request up', () => {
    deliver({ channel: 'session-keeper', protocol: 0, note: { type: 'cancel', tag: 't' } });
    expect(pages.receive).toHaveBeenCalledWith({ type: 'cancel', tag: 't' });
  });

  it('is served as any other where it is newer', async () => {
    await Promise.all(deliver({ ...apply(), protocol: 99 }).awaited);
    expect(reached.map((call) => call.name)).toEqual(['renew']);
  });
});
