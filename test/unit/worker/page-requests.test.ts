import { beforeEach, describe, expect, it, vi } from 'vitest';
import { REQUEST_TAG } from '../../../src/shared/request-tag.js';
import { PageRequests } from '../../../src/worker/page-requests.js';
import { type ManualTime, turn } from './manual-time.js';
import { Browser, workerParts } from './worker-parts.js';

const URL_OF_API = 'https://api.example.com/v1/orders';

/** A tab, and what it was told. */
class Page {
  readonly id: string;
  readonly told: unknown[] = [];

  constructor(id: string) {
    this.id = id;
  }

  postMessage({ event }: { readonly event: unknown }): void {
    this.told.push(event);
  }
}

let time: ManualTime;
let page: Page;
let pages: PageRequests;
const get = vi.fn(async (id: string): Promise<unknown> => (id === page.id ? page : undefined));
let windows: { readonly id: string; readonly url: string }[];

beforeEach(() => {
  const browser = new Browser();
  time = browser.time;
  page = new Page('tab-1');
  get.mockClear();
  windows = [];
  const clients = { get, matchAll: async () => windows } as unknown as Clients;
  pages = new PageRequests(workerParts(browser).environment, clients);
});

const request = (tag: string | undefined, init: RequestInit = {}) =>
  new Request(URL_OF_API, { ...init, headers: { ...init.headers, ...(tag && { [REQUEST_TAG]: tag }) } });
const order = (tag = 'a', headers: Record<string, string> = {}) => request(tag, { method: 'POST', headers });

/** What the browser tells of the event beside the request. */
const arrival = (request: Request, ids: { clientId?: string; resultingClientId?: string } = {}) => ({
  request,
  clientId: 'tab-1',
  resultingClientId: '',
  waitUntil: () => undefined,
  ...ids,
});
const begin = (request: Request) => pages.begin(arrival(request)).signal;
const end = (request: Request) => pages.end(arrival(request));

describe('a request that its page gives up', () => {
  it('is aborted', () => {
    const signal = begin(request('a'));
    expect(signal.aborted).toBe(false);
    pages.receive({ type: 'cancel', tag: 'a' });
    expect(signal.aborted).toBe(true);
  });

  it('before it comes is aborted from the start', () => {
    pages.receive({ type: 'cancel', tag: 'a' });
    expect(begin(request('a')).aborted).toBe(true);
    expect(begin(request('b')).aborted).toBe(false);
  });

  it('is the only one', () => {
    const signals = [begin(request('a')), begin(request('b'))];
    pages.receive({ type: 'cancel', tag: 'b' });
    expect(signals.map((signal) => signal.aborted)).toEqual([false, true]);
  });

  it('after its answer is not aborted any more', () => {
    const signal = begin(request('a'));
    end(request('a'));
    pages.receive({ type: 'cancel', tag: 'a' });
    expect(signal.aborted).toBe(false);
  });

  it('cannot be told without a tag', () => {
    const signal = begin(request(undefined));
    pages.receive({ type: 'cancel', tag: '' });
    expect(signal.aborted).toBe(false);
    expect(() => end(request(undefined))).not.toThrow();
  });

  it('is remembered among a thousand, and no more than that', () => {
    for (let tag = 0; tag <= 1000; tag++) pages.receive({ type: 'cancel', tag: String(tag) });
    expect(begin(request('0')).aborted).toBe(false);
    expect(begin(request('1')).aborted).toBe(true);
    expect(begin(request('1000')).aborted).toBe(true);
  });

  it('is no other note about it', () => {
    const signal = begin(request('a'));
    pages.receive({ type: 'sent', tag: 'a' });
    pages.receive({ type: 'unsent', tag: 'a' });
    expect(signal.aborted).toBe(false);
  });
});

describe('a navigation', () => {
  const FORM_PAGE = 'https://orders.example.com/form';
  const form = () => {
    const made = new Request(URL_OF_API, { method: 'POST' });
    return Object.defineProperty(made, 'referrer', { value: FORM_PAGE });
  };

  /** Firefox and WebKit, and Chromium for one in a frame, do not tell from which page. */
  const submit = (clientId = '') => pages.begin(arrival(form(), { clientId, resultingClientId: 'next' }));

  describe('where the browser tells what becomes of it', () => {
    let tell: (page: unknown) => void;
    beforeEach(() => {
      const answer = new Promise((resolve) => {
        tell = resolve;
      });
      get.mockImplementationOnce(() => answer);
    });

    it('is aborted when it will never lead to a page', async () => {
      const { signal } = submit();
      await turn();
      expect(signal.aborted).toBe(false);
      tell(undefined);
      await turn();
      expect(signal.aborted).toBe(true);
    });

    it('is not aborted when its page is there', async () => {
      const { signal } = submit();
      await turn();
      tell(new Page('next'));
      await turn();
      expect(signal.aborted).toBe(false);
    });

    it('that has its answer is not aborted, though a download leads to no page', async () => {
      const { signal } = submit();
      await turn();
      pages.end(arrival(form(), { resultingClientId: 'next' }));
      tell(undefined);
      await turn();
      expect(signal.aborted).toBe(false);
    });

    it('does not need the page that it comes from', async () => {
      windows = [{ id: 'tab-1', url: FORM_PAGE }];
      const sender = submit('tab-1');
      await turn();
      expect(sender.pages).toEqual([]);
    });
  });

  describe.each([
    ['Firefox', undefined],
    ['WebKit', new Page('next')],
  ])('where the browser answers at once, as %s does', (_, answer) => {
    beforeEach(() => {
      get.mockImplementationOnce(async () => answer);
    });

    it('is never aborted', async () => {
      const { signal } = submit();
      await turn();
      expect(signal.aborted).toBe(false);
    });

    it('needs the pages that have the URL which it comes from', async () => {
      windows = [
        { id: 'tab-1', url: FORM_PAGE },
        { id: 'tab-2', url: 'https://orders.example.com/' },
      ];
      const sender = submit();
      await turn();
      expect(sender.pages).toEqual(['tab-1']);
    });

    it('needs every page when none has that URL any more', async () => {
      windows = [
        { id: 'tab-1', url: 'https://orders.example.com/before' },
        { id: 'tab-2', url: 'https://orders.example.com/' },
      ];
      const sender = submit();
      await turn();
      expect(sender.pages).toEqual(['tab-1', 'tab-2']);
    });
  });

  it('and a beacon do not need the page that made them', () => {
    expect(pages.begin(arrival(request('a', { keepalive: true }))).pages).toEqual([]);
  });

  it('is the only request that may need another page than the one that made it', () => {
    expect(pages.begin(arrival(request('a'))).pages).toEqual(['tab-1']);
    expect(pages.begin(arrival(request('a'), { clientId: '' })).pages).toEqual([]);
  });
});

describe('a request that may have been sent by the worker before', () => {
  it('is one that changes something, within seconds of the start', async () => {
    expect(pages.mayBeRepetition(order())).toBe(true);
    await time.pass(4999);
    expect(pages.mayBeRepetition(order())).toBe(true);
    await time.pass(1);
    expect(pages.mayBeRepetition(order())).toBe(false);
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('is none with %s', (method) => {
    expect(pages.mayBeRepetition(request('a', { method }))).toBe(false);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('is one with %s', (method) => {
    expect(pages.mayBeRepetition(request('a', { method }))).toBe(true);
  });

  it('is none with an Idempotency-Key, nor without a tag', () => {
    expect(pages.mayBeRepetition(order('a', { 'Idempotency-Key': '1' }))).toBe(false);
    expect(pages.mayBeRepetition(request(undefined, { method: 'POST' }))).toBe(false);
  });

  it.each([
    ['sent', true],
    ['unsent', false],
  ] as const)('was %s when its page says so', async (type, expected) => {
    const wasSent = pages.wasSent(order(), page.id);
    await time.pass(0);
    expect(page.told).toEqual([{ type: 'was-sent', tag: 'a' }]);
    pages.receive({ type, tag: 'a' });
    expect(await wasSent).toBe(expected);
    expect(time.pendingTimers).toBe(0);
  });

  it('is not answered for by a note about another one', async () => {
    const wasSent = pages.wasSent(order('a'), page.id);
    await time.pass(0);
    pages.receive({ type: 'unsent', tag: 'b' });
    pages.receive({ type: 'sent', tag: 'a' });
    expect(await wasSent).toBe(true);
  });

  it('counts as sent when its page does not answer in time', async () => {
    let outcome: boolean | undefined;
    void pages.wasSent(order(), page.id).then((sent) => {
      outcome = sent;
    });
    await time.pass(9999);
    expect(outcome).toBeUndefined();
    await time.pass(1);
    expect(outcome).toBe(true);
  });

  it('was not sent when there is no page to ask, as for a navigation', async () => {
    expect(await pages.wasSent(order(), 'gone')).toBe(false);
    expect(time.pendingTimers).toBe(0);
  });
});

describe('before an unsafe request is sent', () => {
  it('its page is told, and told again when the API refused to take it', async () => {
    await pages.sending(order(), page.id, true);
    await pages.sending(order(), page.id, false);
    expect(page.told).toEqual([
      { type: 'sending', tag: 'a', sending: true },
      { type: 'sending', tag: 'a', sending: false },
    ]);
  });

  it('a page that has spoken before is not looked for', async () => {
    pages.remember(page as unknown as Client);
    await pages.sending(order(), page.id, true);
    expect(page.told).toHaveLength(1);
    expect(get).not.toHaveBeenCalled();
  });

  it('a page is looked for once', async () => {
    await pages.sending(order('a'), page.id, true);
    await pages.sending(order('b'), page.id, true);
    expect(get).toHaveBeenCalledTimes(1);
  });

  it('nobody is told where there is no page', async () => {
    await pages.sending(order(), 'gone', true);
    expect(page.told).toEqual([]);
  });

  it.each([
    ['a safe one', () => request('a')],
    ['one with an Idempotency-Key', () => order('a', { 'Idempotency-Key': '1' })],
    ['one without a tag', () => request(undefined, { method: 'POST' })],
  ])('nobody is told of %s', async (_, make) => {
    await pages.sending(make(), page.id, true);
    expect(page.told).toEqual([]);
    expect(get).not.toHaveBeenCalled();
  });
});
