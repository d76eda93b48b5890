import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiMatcher } from '../../../src/shared/api-matcher.js';
import { SessionKeeperError } from '../../../src/shared/errors.js';
import type { PolicyInput } from '../../../src/shared/policy.js';
import { REQUEST_TAG } from '../../../src/shared/request-tag.js';
import { comeBack, stayAway } from '../../../src/worker/comeback.js';
import { FetchHandler } from '../../../src/worker/fetch-handler.js';
import { NetworkErrors } from '../../../src/worker/network-errors.js';
import { NetworkRetry } from '../../../src/worker/network-retry.js';
import type { SessionKeeperOptions } from '../../../src/worker/options.js';
import { PageRequests } from '../../../src/worker/page-requests.js';
import { RecentUrls } from '../../../src/worker/recent-urls.js';
import { RedirectPath } from '../../../src/worker/redirect-path.js';
import { RequestQueue } from '../../../src/worker/request-queue.js';
import type { SessionRecord } from '../../../src/worker/session-record.js';
import { silentFrame } from '../../../src/worker/silent-frame.js';
import { FakeApi } from './fake-api.js';
import { ISSUER, refusal } from './fake-authorization-server.js';
import { turn } from './manual-time.js';
import { Browser, ORIGIN, sessionRecord, workerParts } from './worker-parts.js';

const API = 'https://api.example.com';
const ORDERS = `${API}/v1/orders`;
/** After this long, nothing that comes can be left over from a worker before. */
const RESTART_MS = 5000;
const OWN_API = { origin: ORIGIN, pathPrefix: '/api' };

/** A tab, and what it was told. */
class Tab {
  readonly id = 'tab-1';
  readonly told: unknown[] = [];
  postMessage({ event }: { readonly event: unknown }): void {
    this.told.push(event);
  }
}

let browser: Browser;
let api: FakeApi;
let tab: Tab;
/** The page that navigations lead to. */
let next: { readonly page: Promise<undefined>; readonly isGone: () => void };
let worker: ReturnType<typeof startWorker>;
let livingTabs: Promise<ReadonlySet<string>>;

/** A worker as the composition root puts it together. */
function startWorker(policy: PolicyInput = {}, options: Partial<SessionKeeperOptions> = {}) {
  const apis = [{ origin: API, pathPrefix: '/v1/' }, OWN_API];
  const parts = workerParts(browser, { policy, apis, ...options });
  const environment = { ...parts.environment, fetch: api.fetch };
  const clients = {
    get: (id: string) => (id === 'next' ? next.page : Promise.resolve(id === tab.id ? tab : undefined)),
    matchAll: async () => [],
  } as unknown as Clients;
  const pages = new PageRequests(environment, clients);
  const { session } = parts;
  const queue = new RequestQueue(parts.configuration.policy.queue, environment, () => {
    parts.waiting.requests = queue.size;
  });
  const living = () => livingTabs;
  const release = () =>
    void queue.release(
      () => session.usable(),
      living,
      () => void parts.renewal.ensure(),
    );
  parts.changes.add(() => {
    if (session.usable()) release();
    else if (session.loaded && session.status(0).phase === 'signed-out')
      queue.fail(new SessionKeeperError('signed_out', 'The person signed out.'));
  });
  const networkErrors = new NetworkErrors(environment, async () => undefined);
  const explain = vi.spyOn(networkErrors, 'explain').mockResolvedValue();
  const handler = new FetchHandler({
    clock: environment.clock,
    matcher: new ApiMatcher(parts.configuration.apis),
    session,
    renewal: parts.renewal,
    queue,
    pages,
    redirectPath: new RedirectPath({ ...parts, tell: async () => undefined }),
    uncured: new RecentUrls(environment.clock),
    recovery: parts.recovery,
    resource: parts.resourceWith(api.fetch),
    fetch: api.fetch,
    origin: ORIGIN,
    networkErrors,
    networkRetry: new NetworkRetry(environment.clock),
    policy: parts.configuration.policy.queue,
    release,
  });
  return { ...parts, handler, queue, pages, explain };
}

beforeEach(() => {
  vi.stubGlobal('self', { location: { origin: ORIGIN } });
  browser = new Browser();
  api = new FakeApi();
  tab = new Tab();
  livingTabs = Promise.resolve(new Set([tab.id]));
  let isGone = () => {};
  const page = new Promise<undefined>((resolve) => {
    isGone = () => resolve(undefined);
  });
  next = { page, isGone };
  worker = startWorker();
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A request as the browser hands it to the worker; its mode, destination and referrer can only be pretended here. */
function request(url: string, init: RequestInit = {}, pretended: Partial<Request> = {}): Request {
  const made = new Request(url, init);
  for (const [name, value] of Object.entries(pretended)) Object.defineProperty(made, name, { value });
  return made;
}

const tagged = (tag: string, init: RequestInit = {}) =>
  request(ORDERS, { ...init, headers: { ...init.headers, [REQUEST_TAG]: tag } });
const navigation = (url: string, referrer = `${ORIGIN}/orders`) =>
  request(url, {}, { mode: 'navigate', destination: 'document', referrer });

/** Dispatches it as a fetch event. */
async function send(from: Request): Promise<Response> {
  const route = worker.handler.route(from);
  if (!route) throw new Error('the request is not the keeper’s');
  return worker.handler.answer(route, {
    request: from,
    clientId: tab.id,
    resultingClientId: from.mode === 'navigate' ? 'next' : '',
    waitUntil: () => undefined,
  });
}

const tokenRequests = () => browser.server.tokenRequests.length;
const BEARER_1 = 'Bearer access-1';
const BEARER_2 = 'Bearer access-2';

describe('while a lost session may come back by itself', () => {
  beforeEach(async () => {
    browser.server.metadata = { ...browser.server.metadata, response_modes_supported: ['form_post'] };
    worker = startWorker({}, { silentFrame: silentFrame() });
    browser.pages.open({ id: 'one' }, () => void worker.recovery?.begin('frame'));
    await browser.signIn();
    await worker.session.load();
    const { stored } = worker.session;
    if (stored) await worker.session.end(new SessionKeeperError('rotation_lost', 'lost'), stored);
    await turn();
  });

  const fresh = (changes: Partial<SessionRecord>) =>
    sessionRecord({ beganAt: browser.time.now(), signedInAt: browser.time.now(), ...changes });

  it('requests wait, and go with what came back', async () => {
    const response = send(request(ORDERS));
    await turn();
    expect(worker.queue.size).toBe(1);
    await comeBack(worker, fresh({ attempt: 'second', accessToken: 'access-2' }), []);
    expect((await response).status).toBe(200);
    expect(api.credentials).toEqual([BEARER_2]);
  });

  it('they are never sent for somebody else', async () => {
    const response = send(request(ORDERS));
    await turn();
    await worker.session.begin(fresh({ attempt: 'second', subject: 'grace' }), []);
    expect((await response).status).toBe(409);
    expect(api.credentials).toEqual([]);
  });

  it('they wait on when it does not, and new ones are told', async () => {
    const response = send(request(ORDERS));
    await turn();
    await stayAway(worker);
    expect(worker.queue.size).toBe(1);
    expect(await (await send(request(ORDERS))).json()).toMatchObject({ code: 'session_ended' });
    await worker.session.begin(fresh({ attempt: 'second' }), []);
    expect((await response).status).toBe(200);
  });
});

describe('limits', () => {
  it('a method that no rule of the API lists goes without the credential', async () => {
    const rules = [
      { origin: API, pathPrefix: '/v1/orders', methods: ['GET', 'POST'] },
      { origin: API, pathPrefix: '/v1/', methods: ['GET'] },
    ];
    worker = startWorker({}, { apis: rules });
    const kind = (method: string, url: string) => worker.handler.route(request(url, { method }))?.kind;
    expect(kind('POST', ORDERS)).toBe('api');
    expect(kind('GET', `${API}/v1/time`)).toBe('api');
    expect(kind('POST', `${API}/v1/time`)).toBeUndefined();
    expect(kind('DELETE', ORDERS)).toBeUndefined();
    expect(worker.handler.route(tagged('a', { method: 'DELETE' }))?.kind).toBe('untag');
  });
});

describe('the route of a request', () => {
  const kind = (of: Request) => worker.handler.route(of)?.kind;

  it.each([
    ['a CORS request to an API', () => request(ORDERS), 'api'],
    ['an image of an API on this origin', () => request(`${ORIGIN}/api/1.png`, { mode: 'no-cors' }), 'api'],
    ['an image of another origin', () => request(ORDERS, { mode: 'no-cors' }), undefined],
    ['something else', () => request(`${ORIGIN}/app.js`), undefined],
    ['an API with its own credential', () => request(ORDERS, { headers: { Authorization: 'x' } }), undefined],
    [
      'a tag that belongs to no API',
      () => request('https://a.example/', { headers: { [REQUEST_TAG]: 'a' } }),
      'untag',
    ],
    ['the redirect path', () => navigation(`${ORIGIN}/session/callback?code=x`), 'redirect-path'],
    [
      'a frame on the redirect path',
      () => request(`${ORIGIN}/session/callback`, {}, { mode: 'navigate', destination: 'iframe' }),
      undefined,
    ],
    ['a navigation of our own page to an API', () => navigation(`${ORIGIN}/api/file`), 'api'],
    [
      'a navigation of another site to an API',
      () => navigation(`${ORIGIN}/api/file`, 'https://evil.example/'),
      undefined,
    ],
    [
      'a navigation of a site named alike',
      () => navigation(`${ORIGIN}/api/file`, `${ORIGIN}.evil.example/`),
      undefined,
    ],
    ['a navigation that names nobody', () => navigation(`${ORIGIN}/api/file`, ''), undefined],
  ])('%s', (_, make, expected) => {
    expect(kind(make())).toBe(expected);
  });
});

describe('a request of a session', () => {
  beforeEach(async () => {
    await browser.signIn();
    await worker.session.load();
  });

  it('gets the credential, and is otherwise as the page made it', async () => {
    await browser.time.pass(RESTART_MS);
    const body = JSON.stringify({ item: 'tea' });
    const headers = { 'Content-Type': 'application/json', 'X-Own': '1' };
    const response = await send(
      tagged('a', { method: 'PUT', body, headers, credentials: 'omit', cache: 'no-store' }),
    );
    expect(await response.json()).toEqual({ call: 1 });
    const [received] = api.received;
    expect(received).toMatchObject({
      url: ORDERS,
      method: 'PUT',
      body,
      credentials: 'omit',
      cache: 'no-store',
    });
    expect(received?.headers).toEqual({
      authorization: BEARER_1,
      'content-type': 'application/json',
      'x-own': '1',
    });
  });

  it('meets neither the vault nor the authorization server', async () => {
    const read = vi.spyOn(browser.vault, 'read');
    const commit = vi.spyOn(browser.vault, 'commit');
    for (let call = 0; call < 20; call++) await send(request(ORDERS));
    expect(api.received).toHaveLength(20);
    expect(read).not.toHaveBeenCalled();
    expect(commit).not.toHaveBeenCalled();
    expect(browser.server.discoveries).toEqual([]);
  });

  it('as an image or a download gets it too', async () => {
    await send(request(`${ORIGIN}/api/1.png`, { mode: 'no-cors' }));
    await send(navigation(`${ORIGIN}/api/file`));
    expect(api.credentials).toEqual([BEARER_1, BEARER_1]);
  });

  it('is told to its page before it is sent, if it must not be sent twice', async () => {
    let told: unknown[] = [];
    api.answerNext(() => {
      told = [...tab.told];
      return new Response();
    });
    await browser.time.pass(RESTART_MS);
    await send(tagged('a', { method: 'POST' }));
    expect(told).toEqual([{ type: 'sending', tag: 'a', sending: true }]);
    expect(tab.told).toEqual(told);
  });

  it('waits, is renewed for and sent with the new one when the token ran out', async () => {
    await browser.time.pass(60_000);
    const response = await send(request(ORDERS, { method: 'POST', body: 'tea' }));
    expect(response.status).toBe(200);
    expect(api.received).toMatchObject([{ body: 'tea', headers: { authorization: BEARER_2 } }]);
    expect(tokenRequests()).toBe(1);
  });

  it('is sent at once while the renewal that is due runs beside it', async () => {
    await browser.time.pass(50_000);
    await send(request(ORDERS));
    await turn();
    await send(request(ORDERS));
    expect(api.credentials).toEqual([BEARER_1, BEARER_2]);
    expect(tokenRequests()).toBe(1);
  });

  it('tries a renewal that failed beside it again at its next moment, not at each request', async () => {
    browser.server.answerNext(() => new Response('busy', { status: 503 }));
    const sendAfter = async (ms: number) => {
      await browser.time.pass(ms);
      await send(request(ORDERS));
      await turn();
      return tokenRequests();
    };
    expect(await sendAfter(40_000)).toBe(1);
    expect(await sendAfter(4999)).toBe(1);
    expect(await sendAfter(1)).toBe(2);
  });

  it('that waits asks at once, although a renewal beside the ones before it failed', async () => {
    browser.server.answerNext(() => new Response('busy', { status: 503 }));
    await browser.time.pass(40_000);
    await send(request(ORDERS));
    await turn();
    await browser.time.pass(20_000);
    const response = await send(request(ORDERS));
    expect(response.status).toBe(200);
    expect(api.credentials).toEqual([BEARER_1, BEARER_2]);
  });

  it('of which there are a hundred at once leads to one renewal, in the order of arrival', async () => {
    await browser.time.pass(60_000);
    const urls = Array.from({ length: 100 }, (_, index) => `${ORDERS}/${index}`);
    const responses = await Promise.all(urls.map((url) => send(request(url))));
    expect(responses.every(({ ok }) => ok)).toBe(true);
    expect(api.received.map(({ url }) => url)).toEqual(urls);
    expect(new Set(api.credentials)).toEqual(new Set([BEARER_2]));
    expect(tokenRequests()).toBe(1);
  });

  it('is answered with problem+json when too many wait', async () => {
    worker = startWorker({ queue: { maxRequests: 1 } });
    await worker.session.load();
    await browser.time.pass(60_000);
    browser.server.answerNext(() => new Promise(() => undefined));
    void send(request(ORDERS));
    await turn();
    const response = await send(request(ORDERS));
    expect(response.status).toBe(503);
    expect(response.headers.get('Retry-After')).toBe('1');
    expect(await response.json()).toMatchObject({ code: 'queue_full', retryable: true });
    expect(api.received).toEqual([]);
  });

  it('that waits is answered with problem+json when the person signs out', async () => {
    await browser.time.pass(60_000);
    browser.server.answerNext(() => new Promise(() => undefined));
    const answer = send(request(ORDERS));
    await turn();
    await worker.session.signOut();
    expect(await (await answer).json()).toMatchObject({ code: 'signed_out', retryable: false });
    expect(api.received).toEqual([]);
  });

  it('that waits and is a navigation is not even sent without the credential when somebody else signs in', async () => {
    await browser.time.pass(60_000);
    browser.server.answerNext(() => new Promise(() => undefined));
    const answer = send(navigation(`${ORIGIN}/api/file`));
    await turn();
    const now = browser.time.now();
    await worker.session.begin(
      sessionRecord({ attempt: 'b', subject: 'grace', signedInAt: now, beganAt: now }),
      [],
    );
    await expect(answer).rejects.toMatchObject({ code: 'subject_changed' });
    expect(api.received).toEqual([]);
  });

  it('that waits and is a navigation is dropped when its window goes elsewhere', async () => {
    await browser.time.pass(60_000);
    browser.server.answerNext(() => new Promise(() => undefined));
    const answer = send(navigation(`${ORIGIN}/api/file`));
    const dropped = expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await turn();
    expect(worker.queue.size).toBe(1);
    next.isGone();
    await dropped;
    expect(worker.queue.size).toBe(0);
    expect(api.received).toEqual([]);
  });

  it('that waits is never sent for somebody else', async () => {
    await browser.time.pass(60_000);
    browser.server.answerNext(() => new Promise(() => undefined));
    const answer = send(request(ORDERS));
    await turn();
    const now = browser.time.now();
    await worker.session.begin(
      sessionRecord({ attempt: 'b', subject: 'grace', signedInAt: now, beganAt: now }),
      [],
    );
    expect(await (await answer).json()).toMatchObject({ code: 'subject_changed' });
    expect(api.received).toEqual([]);
  });

  it('that waits through an end goes on when the same person signs in again', async () => {
    await browser.time.pass(60_000);
    browser.server.answerNext(() => refusal('invalid_grant'));
    const answer = send(request(ORDERS));
    await turn();
    expect(worker.session.status(0).phase).toBe('ended');
    const now = browser.time.now();
    const again = sessionRecord({ attempt: 'b', accessToken: 'access-b', signedInAt: now, beganAt: now });
    await worker.session.begin(again, []);
    expect((await answer).status).toBe(200);
    expect(api.credentials).toEqual(['Bearer access-b']);
  });
});

describe('a request on a cold start', () => {
  it('finds the session in the vault', async () => {
    await browser.signIn();
    await send(request(ORDERS));
    expect(api.credentials).toEqual([BEARER_1]);
  });
});

describe('a request that comes between a renewal and the release of what it was for', () => {
  let release: () => void;

  beforeEach(async () => {
    await browser.signIn();
    await worker.session.load();
    livingTabs = new Promise((resolve) => {
      release = () => resolve(new Set([tab.id]));
    });
  });

  it('goes behind what waits, with the token that there is', async () => {
    await browser.time.pass(60_000);
    const first = send(request(ORDERS));
    await turn();
    const second = send(request(`${ORDERS}/2`));
    await turn();
    expect(api.received).toEqual([]);
    release();
    expect((await Promise.all([first, second])).map(({ status }) => status)).toEqual([200, 200]);
    expect(api.credentials).toEqual([BEARER_2, BEARER_2]);
    expect(tokenRequests()).toBe(1);
  });

  it('gets another token when that one has run out by then', async () => {
    await browser.time.pass(60_000);
    const answers = [send(request(ORDERS))];
    await turn();
    answers.push(send(request(`${ORDERS}/2`)));
    await browser.time.pass(60_000);
    release();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    expect(new Set(api.credentials)).toEqual(new Set(['Bearer access-3']));
    expect(tokenRequests()).toBe(2);
  });
});

describe('a request without a session', () => {
  it('goes as the page made it, without the tag', async () => {
    await browser.time.pass(RESTART_MS);
    await send(tagged('a', { method: 'POST', body: 'tea' }));
    expect(api.received).toMatchObject([{ method: 'POST', body: 'tea', headers: {} }]);
    expect(api.received[0]?.headers).not.toHaveProperty(REQUEST_TAG.toLowerCase());
    expect(api.credentials).toEqual([undefined]);
  });

  it('after its end is not sent, and says why', async () => {
    await browser.signIn();
    await worker.session.load();
    browser.server.answerNext(() => refusal('invalid_grant'));
    await worker.renewal.attempt();
    const response = await send(request(ORDERS));
    expect(response.status).toBe(401);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'session_ended', retryable: false });
    expect(api.received).toEqual([]);
  });

  it('after its end is sent all the same when it is a navigation, which the server answers', async () => {
    await browser.signIn();
    await worker.session.load();
    browser.server.answerNext(() => refusal('invalid_grant'));
    await worker.renewal.attempt();
    expect((await send(navigation(`${ORIGIN}/api/file`))).status).toBe(200);
    expect(api.credentials).toEqual([undefined]);
  });

  it('that is only tagged goes without the tag', async () => {
    await send(request('https://a.example/', { headers: { [REQUEST_TAG]: 'a', 'X-Own': '1' } }));
    expect(api.received[0]?.headers).toEqual({ 'x-own': '1' });
  });
});

describe('a 401', () => {
  const denied = (challenge?: string) => () =>
    new Response('denied', { status: 401, ...(challenge && { headers: { 'WWW-Authenticate': challenge } }) });
  const INVALID_TOKEN = 'Bearer error="invalid_token"';

  beforeEach(async () => {
    await browser.signIn();
    await worker.session.load();
  });

  it.each([
    ['invalid_token', INVALID_TOKEN],
    ['no error', 'Bearer'],
    ['no challenge', undefined],
  ])(
    'with %s leads to one renewal, and the request is sent once more with its body',
    async (_, challenge) => {
      api.answerNext(denied(challenge));
      const response = await send(request(ORDERS, { method: 'POST', body: 'tea' }));
      expect(response.status).toBe(200);
      expect(api.received.map(({ body }) => body)).toEqual(['tea', 'tea']);
      expect(api.credentials).toEqual([BEARER_1, BEARER_2]);
      expect(tokenRequests()).toBe(1);
    },
  );

  it('to a token that was renewed meanwhile costs no renewal', async () => {
    api.answerNext(async () => {
      await worker.renewal.attempt();
      return denied(INVALID_TOKEN)();
    });
    expect((await send(request(ORDERS))).status).toBe(200);
    expect(api.credentials).toEqual([BEARER_1, BEARER_2]);
    expect(tokenRequests()).toBe(1);
  });

  it('to a token that is renewed while the page is told of it costs no other renewal', async () => {
    vi.spyOn(worker.pages, 'sending').mockImplementation(async (_request, _clientId, isSending) => {
      if (!isSending && tokenRequests() === 0) await worker.renewal.attempt();
    });
    api.answerNext(denied(INVALID_TOKEN));
    expect((await send(request(ORDERS))).status).toBe(200);
    expect(api.credentials).toEqual([BEARER_1, BEARER_2]);
    expect(tokenRequests()).toBe(1);
  });

  it('to many at once leads to one renewal', async () => {
    for (let call = 0; call < 10; call++) api.answerNext(denied(INVALID_TOKEN));
    const responses = await Promise.all(Array.from({ length: 10 }, () => send(request(ORDERS))));
    expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(tokenRequests()).toBe(1);
  });

  it('to the renewed token too is the answer of the page, and no loop', async () => {
    api.answerNext(denied(INVALID_TOKEN));
    api.answerNext(() => new Response('still denied', { status: 401 }));
    const response = await send(request(ORDERS));
    expect(response.status).toBe(401);
    expect(await response.text()).toBe('still denied');
    expect(api.received).toHaveLength(2);
  });

  /** On the way for longer than a token lives. */
  const slowlyDenied = async () => {
    await browser.time.pass(61_000);
    return denied(INVALID_TOKEN)();
  };

  it('to a renewed token that ran out on the way is cured by the next one', async () => {
    for (let send = 0; send < 3; send++) api.answerNext(slowlyDenied);
    const response = await send(request(ORDERS, { method: 'POST', body: 'tea' }));
    expect(response.status).toBe(200);
    expect(api.received.map(({ body }) => body)).toEqual(['tea', 'tea', 'tea', 'tea']);
    expect(new Set(api.credentials).size).toBe(4);
    expect(tokenRequests()).toBe(3);
  });

  it('to a later token that was there already leads to a renewal before the page has it', async () => {
    api.answerNext(async () => {
      await worker.renewal.attempt();
      return denied(INVALID_TOKEN)();
    });
    api.answerNext(denied(INVALID_TOKEN));
    expect((await send(request(ORDERS))).status).toBe(200);
    expect(api.credentials).toEqual([BEARER_1, BEARER_2, 'Bearer access-3']);
    expect(tokenRequests()).toBe(2);
  });

  it('to a token that was asked for before leads to another renewal, although the request waited for it', async () => {
    let answer: () => void = () => undefined;
    browser.server.answerNext(async () => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return browser.server.tokens();
    });
    const renewing = worker.renewal.attempt();
    await browser.time.pass(1);
    api.answerNext(denied(INVALID_TOKEN));
    api.answerNext(denied(INVALID_TOKEN));
    const response = send(request(ORDERS));
    await turn();
    answer();
    await renewing;
    expect((await response).status).toBe(200);
    expect(api.credentials).toEqual([BEARER_1, BEARER_2, 'Bearer access-3']);
    expect(tokenRequests()).toBe(2);
  });

  it('to a token that its own renewal has only just stored leads to another renewal', async () => {
    let finish: () => void = () => undefined;
    vi.spyOn(browser.vault, 'reseal').mockImplementationOnce(() => {
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    const renewing = worker.renewal.attempt();
    await turn();
    api.answerNext(denied(INVALID_TOKEN));
    const answer = send(request(ORDERS));
    await turn();
    finish();
    await renewing;
    expect((await answer).status).toBe(200);
    expect(api.credentials).toEqual([BEARER_2, 'Bearer access-3']);
  });

  it('to one token after another that ran out on the way is the answer of the page in the end', async () => {
    for (let send = 0; send < 9; send++) api.answerNext(slowlyDenied);
    expect((await send(request(ORDERS))).status).toBe(401);
    expect(api.received).toHaveLength(5);
  });

  it('that a renewal did not cure leads to no renewal for a minute', async () => {
    const longLived = () => browser.server.tokens({ expires_in: 3600 });
    browser.server.answerNext(longLived);
    for (let call = 0; call < 4; call++) api.answerNext(denied(INVALID_TOKEN));
    await send(request(ORDERS));
    expect((await send(request(ORDERS))).status).toBe(401);
    expect(api.received).toHaveLength(3);
    expect(tokenRequests()).toBe(1);
    await browser.time.pass(60_000);
    await send(request(ORDERS));
    expect(tokenRequests()).toBe(2);
  });

  it('at many URLs leads to one renewal in each of the policy’s intervals, and every request has its second chance', async () => {
    worker = startWorker({ renewal: { minIntervalSeconds: 5 } });
    await worker.session.load();
    for (let call = 0; call < 10; call++) api.answerNext(denied(INVALID_TOKEN));
    const answers = Array.from({ length: 10 }, (_, call) => send(request(`${ORDERS}/${call}`)));
    await browser.time.pass(4999);
    expect(tokenRequests()).toBe(0);
    expect(worker.queue.size).toBe(10);
    await browser.time.pass(1);
    for (const answer of await Promise.all(answers)) expect(answer.status).toBe(200);
    expect(tokenRequests()).toBe(1);
  });

  it('waits for the policy’s interval no longer than requests wait at all, and then is the page’s', async () => {
    worker = startWorker({ renewal: { minIntervalSeconds: 60 }, queue: { maxWaitSeconds: 10 } });
    await worker.session.load();
    api.answerNext(denied(INVALID_TOKEN));
    const answer = send(request(ORDERS));
    await browser.time.pass(10_000);
    expect(await (await answer).text()).toBe('denied');
    expect(tokenRequests()).toBe(0);
  });

  it.each(['insufficient_user_authentication', 'insufficient_scope', 'invalid_request'])(
    'with %s is the answer of the page',
    async (error) => {
      api.answerNext(denied(`Bearer error="${error}"`));
      const response = await send(request(ORDERS));
      expect(response.status).toBe(401);
      expect(await response.text()).toBe('denied');
      expect(tokenRequests()).toBe(0);
      expect(api.received).toHaveLength(1);
    },
  );

  it('is the answer of the page when the person signs out while it is renewed', async () => {
    api.answerNext(denied(INVALID_TOKEN));
    browser.server.answerNext(() => new Promise(() => undefined));
    const answer = send(request(ORDERS));
    await turn();
    await worker.session.signOut();
    expect(await (await answer).text()).toBe('denied');
    expect(api.received).toHaveLength(1);
  });

  it('is never answered with the credential of somebody else', async () => {
    const now = browser.time.now();
    const grace = sessionRecord({
      attempt: 'b',
      subject: 'grace',
      accessToken: 'access-g',
      signedInAt: now,
      beganAt: now,
    });
    api.answerNext(async () => {
      await worker.session.begin(grace, []);
      return denied(INVALID_TOKEN)();
    });
    expect((await send(request(ORDERS))).status).toBe(401);
    expect(api.credentials).toEqual([BEARER_1]);
  });

  it('takes back what was told to the page, until the request is sent again', async () => {
    await browser.time.pass(RESTART_MS);
    api.answerNext(denied(INVALID_TOKEN));
    await send(tagged('a', { method: 'POST' }));
    const sending = (value: boolean) => ({ type: 'sending', tag: 'a', sending: value });
    expect(tab.told).toEqual([sending(true), sending(false), sending(true)]);
  });
});

describe('a body that is too large to be kept', () => {
  const upload = (body = 'a large one') =>
    tagged(`up;${body.length}`, { method: 'POST', body, headers: { 'Content-Type': 'text/plain' } });
  const unavailable = () => new Response('busy', { status: 503 });
  const denied = () => new Response('denied', { status: 401 });

  beforeEach(async () => {
    worker = startWorker({ queue: { maxBodyBytes: 10 } });
    await browser.signIn();
    await worker.session.load();
    await browser.time.pass(RESTART_MS);
  });

  it('is sent at once with a token that has enough life left, without a copy', async () => {
    const made = upload();
    const clone = vi.spyOn(made, 'clone');
    expect((await send(made)).status).toBe(200);
    expect(api.received).toMatchObject([{ body: 'a large one', headers: { authorization: BEARER_1 } }]);
    expect(clone).not.toHaveBeenCalled();
    expect(tokenRequests()).toBe(0);
  });

  it('waits for the renewal that is due', async () => {
    await browser.time.pass(50_000 - RESTART_MS);
    expect((await send(upload())).status).toBe(200);
    expect(api.credentials).toEqual([BEARER_2]);
    expect(tokenRequests()).toBe(1);
  });

  it('of just the limit does not wait, and is kept', async () => {
    await browser.time.pass(50_000 - RESTART_MS);
    await send(upload('ten bytes.'));
    expect(api.credentials).toEqual([BEARER_1]);
  });

  it('goes with the token that there is when the renewal that is due fails for now', async () => {
    await browser.time.pass(50_000 - RESTART_MS);
    browser.server.answerNext(unavailable);
    expect((await send(upload())).status).toBe(200);
    expect((await send(upload())).status).toBe(200);
    expect(api.credentials).toEqual([BEARER_1, BEARER_1]);
    expect(tokenRequests()).toBe(1);
  });

  it('that is refused is not sent again: the 401 is the answer of the page, and the next one goes with a new token', async () => {
    api.answerNext(denied);
    const response = await send(upload());
    expect([response.status, await response.text()]).toEqual([401, 'denied']);
    expect(api.received).toHaveLength(1);
    await turn();
    expect((await send(upload())).status).toBe(200);
    expect(api.credentials).toEqual([BEARER_1, BEARER_2]);
    expect(tokenRequests()).toBe(1);
  });

  it('that is refused time after time leads to one renewal a minute', async () => {
    browser.server.answerNext(() => browser.server.tokens({ expires_in: 3600 }));
    for (let call = 0; call < 3; call++) {
      api.answerNext(denied);
      await send(upload());
      await turn();
    }
    expect(tokenRequests()).toBe(1);
  });

  it('of unknown size is sent as it is, and not again', async () => {
    api.answerNext(denied);
    const response = await send(request(ORDERS, { method: 'POST', body: 'a large one' }));
    expect(response.status).toBe(401);
    expect(api.received.map(({ body }) => body)).toEqual(['a large one']);
  });

  it.each([
    ['of unknown size', () => request(ORDERS, { method: 'POST', body: 'small' })],
    ['of a size that the page told', () => upload('small')],
    ['of no bytes', () => upload('')],
    ['that is none', () => tagged('up;0', { method: 'POST' })],
  ])('is not a small one %s', async (_, make) => {
    api.answerNext(denied);
    const made = make();
    const body = await made.clone().text();
    expect((await send(made)).status).toBe(200);
    expect(api.received.map((received) => received.body)).toEqual([body, body]);
  });

  it('counts among what waits', async () => {
    worker = startWorker({ queue: { maxBodyBytes: 10, maxBytes: 20 } });
    await worker.session.load();
    await browser.time.pass(60_000);
    browser.server.answerNext(() => new Promise(() => undefined));
    void send(upload());
    await turn();
    const response = await send(upload());
    expect(response.status).toBe(503);
    expect(response.headers.get('Retry-After')).toBe('1');
    expect(await response.json()).toMatchObject({ code: 'queue_bytes_full', retryable: true });
  });
});

describe('a request that the network fails', () => {
  const cut = () => Promise.reject(new TypeError('Failed to fetch'));

  beforeEach(async () => {
    await browser.signIn();
    await worker.session.load();
    await browser.time.pass(RESTART_MS);
  });

  it.each([
    ['a safe one', () => tagged('a')],
    [
      'one with an Idempotency-Key',
      () => tagged('a;3', { method: 'POST', body: 'tea', headers: { 'Idempotency-Key': '1' } }),
    ],
    [
      'one with a key and a body of unknown size',
      () => request(ORDERS, { method: 'PUT', body: 'tea', headers: { 'Idempotency-Key': '1' } }),
    ],
  ])('is sent again once, if it is %s', async (_, make) => {
    api.answerNext(cut);
    expect((await send(make())).status).toBe(200);
    expect(api.received).toHaveLength(2);
    expect(api.received[1]).toEqual(api.received[0]);
    expect(worker.explain).not.toHaveBeenCalled();
  });

  it.each([
    ['a POST', () => tagged('a;3', { method: 'POST', body: 'tea' })],
    ['a DELETE', () => tagged('a;0', { method: 'DELETE' })],
    ['an EventSource', () => request(ORDERS, { headers: { Accept: 'text/event-stream' } })],
  ])('is not sent again, if it is %s', async (_, make) => {
    api.answerNext(cut);
    await expect(send(make())).rejects.toThrow(TypeError);
    expect(api.received).toHaveLength(1);
  });

  it('is not sent a third time, and others not a second time for ten seconds', async () => {
    for (let call = 0; call < 4; call++) api.answerNext(cut);
    await expect(send(request(ORDERS))).rejects.toThrow(TypeError);
    expect(api.received).toHaveLength(2);
    await expect(send(request(ORDERS))).rejects.toThrow(TypeError);
    expect(api.received).toHaveLength(3);
    await browser.time.pass(10_000);
    expect((await send(request(ORDERS))).status).toBe(200);
    expect(api.received).toHaveLength(5);
  });

  it('is not sent again when its page gave it up', async () => {
    api.answerNext(() => {
      worker.pages.receive({ type: 'cancel', tag: 'a' });
      return cut();
    });
    await expect(send(tagged('a'))).rejects.toThrow();
    expect(api.received).toHaveLength(1);
  });

  it('after a 401 is still no reason to send a POST a third time', async () => {
    api.answerNext(() => new Response('denied', { status: 401 }));
    api.answerNext(cut);
    await expect(send(tagged('a;3', { method: 'POST', body: 'tea' }))).rejects.toThrow(TypeError);
    expect(api.received).toHaveLength(2);
  });
});

describe('a request that fails on its way', () => {
  beforeEach(async () => {
    await browser.signIn();
    await worker.session.load();
  });

  it('fails in the page as without a worker, is not sent again, and its cause is looked for', async () => {
    const error = new TypeError('Failed to fetch');
    api.answerNext(() => Promise.reject(error));
    const made = request(ORDERS, { method: 'POST', body: 'tea' });
    await expect(send(made)).rejects.toBe(error);
    expect(api.received).toHaveLength(1);
    expect(worker.explain).toHaveBeenCalledExactlyOnceWith(made, expect.objectContaining({ origin: API }));
  });

  it('because the page gave it up has no cause to look for', async () => {
    api.answerNext(
      (sent) =>
        new Promise((_, reject) => {
          sent.signal.addEventListener('abort', () => reject(sent.signal.reason));
        }),
    );
    const answer = expect(send(tagged('a'))).rejects.toMatchObject({ name: 'AbortError' });
    await turn();
    worker.pages.receive({ type: 'cancel', tag: 'a' });
    await answer;
    expect(worker.explain).not.toHaveBeenCalled();
  });

  it('while it waits, because the page gave it up, is never sent', async () => {
    await browser.time.pass(60_000);
    browser.server.answerNext(() => new Promise(() => undefined));
    const answer = expect(send(tagged('a'))).rejects.toMatchObject({ name: 'AbortError' });
    await turn();
    worker.pages.receive({ type: 'cancel', tag: 'a' });
    await answer;
    expect(worker.queue.size).toBe(0);
    expect(api.received).toEqual([]);
  });
});

describe('a request that the browser hands to a restarted worker', () => {
  beforeEach(async () => {
    await browser.signIn();
    worker = startWorker();
  });

  it('is not sent again when its page says that it was sent', async () => {
    const answer = send(tagged('a', { method: 'POST' }));
    await turn();
    expect(tab.told).toEqual([{ type: 'was-sent', tag: 'a' }]);
    worker.pages.receive({ type: 'sent', tag: 'a' });
    expect(await (await answer).json()).toMatchObject({ code: 'outcome_unknown', retryable: false });
    expect(api.received).toEqual([]);
  });

  it('is not sent without a credential either, when the session is gone and its page says that it was sent', async () => {
    await worker.session.signOut();
    worker = startWorker();
    const answer = send(tagged('a', { method: 'POST' }));
    await turn();
    worker.pages.receive({ type: 'sent', tag: 'a' });
    expect(await (await answer).json()).toMatchObject({ code: 'outcome_unknown', retryable: false });
    expect(api.received).toEqual([]);
  });

  it('is sent when its page says that it was not', async () => {
    const answer = send(tagged('a', { method: 'POST' }));
    await turn();
    worker.pages.receive({ type: 'unsent', tag: 'a' });
    expect((await answer).status).toBe(200);
    expect(api.received).toHaveLength(1);
  });

  it('goes with the credential that came while its page was asked, and asks for no other', async () => {
    await browser.time.pass(60_000);
    worker = startWorker();
    const answer = send(tagged('a', { method: 'POST' }));
    await turn();
    await worker.renewal.attempt();
    worker.pages.receive({ type: 'unsent', tag: 'a' });
    expect((await answer).status).toBe(200);
    expect(tokenRequests()).toBe(1);
    expect(api.received).toMatchObject([{ headers: { authorization: BEARER_2 } }]);
  });

  it('is sent without a question when it may be sent twice', async () => {
    await send(tagged('a'));
    await send(tagged('b', { method: 'POST', headers: { 'Idempotency-Key': '1' } }));
    expect(api.received).toHaveLength(2);
    expect(tab.told).toEqual([]);
  });
});

it('the redirect path is answered, and no request is sent', async () => {
  const response = await send(navigation(`${ORIGIN}/session/callback?code=x&state=unknown&iss=${ISSUER}`));
  expect(response.status).toBe(303);
  expect(api.received).toEqual([]);
});
