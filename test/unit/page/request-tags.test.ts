import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RequestTags } from '../../../src/page/request-tags.js';
import type { RequestNote } from '../../../src/shared/protocol.js';
import { REQUEST_TAG } from '../../../src/shared/request-tag.js';

const PAGE = 'https://orders.example.com/desk/';
const API = 'https://api.example.com';
const ORDERS = `${API}/v1/orders`;

/** A request that the browser was given, to be settled by the test. */
interface Sent {
  readonly request: Request;
  readonly answer: (response: Response) => void;
  readonly fail: (error: unknown) => void;
}

/** The browser's own XMLHttpRequest, as far as it goes without a network. */
class FakeXhr extends EventTarget {
  readonly headers = new Headers();
  opened: unknown[] = [];
  sent: unknown[] = [];

  open(...given: unknown[]): void {
    this.opened = given;
  }

  setRequestHeader(name: string, value: string): void {
    this.headers.append(name, value);
  }

  send(...given: unknown[]): void {
    this.sent = given;
  }

  end(type: 'load' | 'error' | 'abort' | 'timeout'): void {
    this.dispatchEvent(new Event(type));
    this.dispatchEvent(new Event('loadend'));
  }
}

let sent: Sent[];
let notes: RequestNote[];
let tags: RequestTags;
/** Without any tag. */
let browserFetch: typeof fetch;
let container: { controller: object | null };

beforeEach(() => {
  sent = [];
  notes = [];
  container = { controller: {} };
  browserFetch = (input, init) =>
    new Promise<Response>((answer, fail) => {
      const request = new Request(input, init);
      request.signal.addEventListener('abort', () => fail(request.signal.reason));
      sent.push({ request, answer, fail });
    });
  vi.stubGlobal('navigator', { serviceWorker: container });
  vi.stubGlobal('document', { baseURI: PAGE });
  vi.stubGlobal('fetch', browserFetch);
  // Each test has a class of its own, whose prototype can be wrapped.
  vi.stubGlobal(
    'XMLHttpRequest',
    class extends FakeXhr {
      override open(...given: unknown[]): void {
        super.open(...given);
      }

      override send(...given: unknown[]): void {
        super.send(...given);
      }
    },
  );
  const own = { origin: new URL(PAGE).origin, pathPrefix: '/api' };
  tags = new RequestTags([{ origin: API, pathPrefix: '/v1/' }, own], (note) => notes.push(note));
  tags.install();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const tagOf = (index: number) => sent[index]?.request.headers.get(REQUEST_TAG) ?? '';
const wasSent = (tag: string) => {
  notes = [];
  tags.receive({ type: 'was-sent', tag });
  return notes;
};

describe('fetch', () => {
  it('of an API is tagged, each time anew, and is otherwise as the page made it', async () => {
    const headers = { 'X-Own': '1' };
    void fetch(ORDERS, {
      method: 'POST',
      body: 'tea',
      headers,
      credentials: 'omit',
      referrerPolicy: 'origin',
    });
    void fetch(ORDERS, { method: 'POST' });
    expect(tagOf(0)).toMatch(/^[\da-f-]{36}-\d+(;\d+)?$/);
    expect(tagOf(1)).toMatch(/./);
    expect(tagOf(1)).not.toBe(tagOf(0));
    expect(sent[0]?.request).toMatchObject({
      url: ORDERS,
      method: 'POST',
      credentials: 'omit',
      referrerPolicy: 'origin',
    });
    expect(sent[0]?.request.headers.get('X-Own')).toBe('1');
    expect(await sent[0]?.request.text()).toBe('tea');
  });

  it("has a tag that is none of another page's", () => {
    void fetch(ORDERS, { method: 'POST' });
    vi.stubGlobal('fetch', browserFetch);
    new RequestTags([{ origin: API, pathPrefix: '/v1/' }], () => undefined).install();
    void fetch(ORDERS, { method: 'POST' });
    expect(tagOf(1)).toMatch(/./);
    expect(tagOf(1)).not.toBe(tagOf(0));
  });

  it('may be made with a Request or a URL', () => {
    void fetch(new Request(ORDERS, { headers: { 'X-Own': '1' } }));
    void fetch(new URL(ORDERS), { method: 'DELETE' });
    expect([tagOf(0), tagOf(1)]).toEqual([expect.stringMatching(/./), expect.stringMatching(/./)]);
    expect(sent[0]?.request.headers.get('X-Own')).toBe('1');
  });

  it("leaves the page's own Request as it was", () => {
    const own = new Request(ORDERS);
    void fetch(own);
    expect(own.headers.has(REQUEST_TAG)).toBe(false);
  });

  it('lets the options win over the Request, as without a worker', () => {
    void fetch(new Request(ORDERS, { headers: { 'X-Own': '1' } }), {
      headers: { 'X-Other': '2' },
      method: 'PUT',
    });
    expect(sent[0]?.request.method).toBe('PUT');
    expect(sent[0]?.request.headers.has('X-Own')).toBe(false);
    expect(sent[0]?.request.headers.get('X-Other')).toBe('2');
  });

  it('gives the answer, and the failure', async () => {
    const post = () => fetch(ORDERS, { method: 'POST' });
    const [answered, failed] = [post(), post()];
    const response = new Response('tea');
    const error = new TypeError('Failed to fetch');
    sent[0]?.answer(response);
    sent[1]?.fail(error);
    await expect(answered).resolves.toBe(response);
    await expect(failed).rejects.toBe(error);
    expect(notes).toEqual([]);
  });

  it.each([
    ['elsewhere', 'https://other.example.com/v1/orders', { method: 'POST' }],
    ['to an invalid URL', 'https://', { method: 'POST' }],
    ['with a credential of its own', ORDERS, { method: 'POST', headers: { Authorization: 'Basic x' } }],
    ['without CORS, where no header can be added', ORDERS, { method: 'POST', mode: 'no-cors' }],
    ['with keepalive, which may pass the worker by', ORDERS, { method: 'POST', keepalive: true }],
  ] as const)('%s is not tagged', (_, url, init) => {
    const headers = { ...('headers' in init && init.headers) };
    fetch(url, { ...init, headers }).catch(() => undefined);
    for (const { request } of sent) expect(request.headers.has(REQUEST_TAG)).toBe(false);
    expect(wasSent('')).toEqual([{ type: 'unsent', tag: '' }]);
  });

  it.each([
    ['with nothing said of it', undefined],
    ['by GET', { method: 'GET' }],
    ['by get, which is the same', { method: 'get', headers: { 'X-Own': '1' } }],
    ['by HEAD', { method: 'HEAD' }],
  ] as const)('%s needs no tag: it may be sent again, and has no signal', (_, init) => {
    void fetch(ORDERS, init);
    expect(tagOf(0)).toBe('');
    expect(sent[0]?.request.headers.has('X-Own')).toBe(init !== undefined && 'headers' in init);
  });

  it('is not tagged while no worker controls the page: the API would see it', () => {
    container.controller = null;
    void fetch(ORDERS, { method: 'POST' });
    expect(sent[0]?.request.headers.has(REQUEST_TAG)).toBe(false);
  });
});

describe('the size of a body', () => {
  const form = () => {
    const data = new FormData();
    data.append('file', new Blob(['x'.repeat(5000)]), 'file.bin');
    data.append('note', 'tea');
    return data;
  };
  const size = () => tagOf(0).split(';')[1];

  it.each([
    ['nothing', undefined, '0'],
    ['a text', 'tée', '4'],
    ['parameters', new URLSearchParams({ a: 'é' }), '8'],
    ['a buffer', new ArrayBuffer(12), '12'],
    ['a view', new Uint16Array(3), '6'],
    ['a Blob', new Blob(['four']), '4'],
    ['a stream', new ReadableStream(), undefined],
  ] as const)('is told of %s', (_, body, expected) => {
    const options = { method: 'POST', body, ...(body instanceof ReadableStream && { duplex: 'half' }) };
    void fetch(ORDERS, options as RequestInit);
    expect(size()).toBe(expected);
  });

  it('is estimated for a form, not too small and not by much too large', async () => {
    void fetch(ORDERS, { method: 'POST', body: form() });
    const actual = (await new Response(form()).arrayBuffer()).byteLength;
    expect(Number(size())).toBeGreaterThanOrEqual(actual);
    expect(Number(size())).toBeLessThan(actual + 600);
  });

  it('is not told of a Request that has its body already, as nobody knows', () => {
    void fetch(new Request(ORDERS, { method: 'POST', body: 'tea' }));
    expect(tagOf(0)).toMatch(/^[\da-f-]{36}-\d+$/);
  });

  it('is told of a Request without one, and of one that the options replace', () => {
    void fetch(new Request(ORDERS, { method: 'POST' }));
    void fetch(new Request(ORDERS, { method: 'POST', body: 'tea' }), { body: 'coffee' });
    expect([tagOf(0), tagOf(1)].map((tag) => tag.split(';')[1])).toEqual(['0', '6']);
  });
});

describe('a fetch that the page gives up', () => {
  it.each([
    ['in its options', (signal: AbortSignal) => fetch(ORDERS, { signal })],
    ['in its Request', (signal: AbortSignal) => fetch(new Request(ORDERS, { signal }))],
  ])('with a signal %s is told to the worker', async (_, start) => {
    const controller = new AbortController();
    const failing = expect(start(controller.signal)).rejects.toMatchObject({ name: 'AbortError' });
    const tag = tagOf(0);
    controller.abort();
    await failing;
    expect(notes).toEqual([{ type: 'cancel', tag }]);
  });

  it('after its answer is not told', async () => {
    const controller = new AbortController();
    const answered = fetch(ORDERS, { signal: controller.signal });
    sent[0]?.answer(new Response());
    await answered;
    controller.abort();
    expect(notes).toEqual([]);
  });

  it('is the only one that is told', async () => {
    const controller = new AbortController();
    fetch(ORDERS, { signal: controller.signal }).catch(() => undefined);
    fetch(ORDERS, { signal: new AbortController().signal }).catch(() => undefined);
    controller.abort();
    expect(notes).toEqual([{ type: 'cancel', tag: tagOf(0) }]);
  });
});

describe('a restarted worker that asks whether a request was sent', () => {
  it('hears no until the worker before said that it sends it', () => {
    void fetch(ORDERS, { method: 'POST' });
    const tag = tagOf(0);
    expect(wasSent(tag)).toEqual([{ type: 'unsent', tag }]);
    tags.receive({ type: 'sending', tag, sending: true });
    expect(wasSent(tag)).toEqual([{ type: 'sent', tag }]);
  });

  it('hears no again after the API refused to take it', () => {
    void fetch(ORDERS, { method: 'POST' });
    const tag = tagOf(0);
    tags.receive({ type: 'sending', tag, sending: true });
    tags.receive({ type: 'sending', tag, sending: false });
    expect(wasSent(tag)).toEqual([{ type: 'unsent', tag }]);
  });

  it('hears of each request for itself', () => {
    void fetch(ORDERS, { method: 'POST' });
    void fetch(ORDERS, { method: 'POST' });
    tags.receive({ type: 'sending', tag: tagOf(1), sending: true });
    expect(wasSent(tagOf(0))).toMatchObject([{ type: 'unsent' }]);
    expect(wasSent(tagOf(1))).toMatchObject([{ type: 'sent' }]);
  });

  it('finds nothing kept of requests that are over, or that nobody made', async () => {
    const answered = fetch(ORDERS, { method: 'POST' });
    const tag = tagOf(0);
    tags.receive({ type: 'sending', tag, sending: true });
    sent[0]?.answer(new Response());
    await answered;
    expect(wasSent(tag)).toEqual([{ type: 'unsent', tag }]);
    tags.receive({ type: 'sending', tag: 'planted', sending: true });
    expect(wasSent('planted')).toEqual([{ type: 'unsent', tag: 'planted' }]);
  });

  it('is the only one that is answered', () => {
    tags.receive({ type: 'sign-in-finished', attempt: 'a' });
    expect(notes).toEqual([]);
  });
});

describe('XMLHttpRequest', () => {
  /** Opens and sends one. */
  function xhr(url: string | URL, ...more: unknown[]) {
    const made = new XMLHttpRequest();
    Reflect.apply(made.open, made, ['POST', url, ...more]);
    made.send('tea');
    return made as unknown as FakeXhr;
  }
  const tag = (of: FakeXhr) => of.headers.get(REQUEST_TAG);

  it('of an API is tagged, and is otherwise as the page made it', () => {
    const made = xhr(ORDERS, true, 'ada', 'secret');
    expect(tag(made)).toMatch(/^[\da-f-]{36}-\d+(;\d+)?$/);
    expect(made.opened).toEqual(['POST', ORDERS, true, 'ada', 'secret']);
    expect(made.sent).toEqual(['tea']);
  });

  it('tells the size of its body', () => {
    expect(tag(xhr(ORDERS))).toMatch(/;3$/);
    const made = new XMLHttpRequest();
    made.open('POST', ORDERS);
    made.send();
    expect(tag(made as unknown as FakeXhr)).toMatch(/;0$/);
  });

  it.each([[ORDERS], [new URL(ORDERS)], ['/api/orders'], ['../api/orders']])('to %s is one', (url) => {
    expect(tag(xhr(url))).not.toBeNull();
  });

  it.each([
    ['elsewhere', 'https://other.example.com/'],
    ['below the page, beside the API', 'api/orders'],
    ['to an invalid URL', 'https://'],
  ])('%s is not tagged', (_, url) => {
    expect(tag(xhr(url))).toBeNull();
  });

  it('that blocks the page is not tagged: the page could not answer for it', () => {
    expect(tag(xhr(ORDERS, false))).toBeNull();
  });

  it('is not tagged while no worker controls the page', () => {
    container.controller = null;
    expect(tag(xhr(ORDERS))).toBeNull();
  });

  it('that is opened again elsewhere is not tagged', () => {
    const made = new XMLHttpRequest();
    made.open('GET', ORDERS);
    made.open('GET', 'https://other.example.com/');
    made.send();
    expect(tag(made as unknown as FakeXhr)).toBeNull();
  });

  it.each(['abort', 'timeout'] as const)('whose %s ends it is told to the worker', (type) => {
    const made = xhr(ORDERS);
    made.end(type);
    expect(notes).toEqual([{ type: 'cancel', tag: tag(made) }]);
  });

  it.each(['load', 'error'] as const)('whose %s ends it is not, and is forgotten', (type) => {
    const made = xhr(ORDERS);
    const name = tag(made) ?? '';
    tags.receive({ type: 'sending', tag: name, sending: true });
    expect(wasSent(name)).toEqual([{ type: 'sent', tag: name }]);
    made.end(type);
    expect(wasSent(name)).toEqual([{ type: 'unsent', tag: name }]);
  });

  it('that is used again has another tag', () => {
    const made = new XMLHttpRequest();
    const fake = made as unknown as FakeXhr;
    made.open('GET', ORDERS);
    made.send();
    const first = tag(fake);
    fake.end('load');
    fake.headers.delete(REQUEST_TAG);
    made.open('GET', ORDERS);
    made.send();
    const second = tag(fake);
    expect(second).not.toBe(first);
    fake.end('abort');
    expect(notes).toContainEqual({ type: 'cancel', tag: second });
  });
});
