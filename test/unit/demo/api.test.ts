import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type System, startSystem } from '../../../demo/system.js';
import { ANY_PORTS, Person } from './person.js';

let system: System;
let ada: Person;
let token: string;

beforeAll(async () => {
  system = await startSystem({ ports: ANY_PORTS, page: false });
  ada = new Person(system);
  token = (await ada.tokens()).access_token;
});
afterAll(() => system.stop());
beforeEach(() => system.api.resetStats());

function call(
  path: string,
  init: RequestInit & { headers?: Record<string, string> } = {},
): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, ...init.headers };
  return fetch(`${system.api.origin}/v1/${path}`, { ...init, headers });
}

function placeOrder(order: Record<string, unknown>, headers: Record<string, string> = {}): Promise<Response> {
  const body = JSON.stringify({ product: 'rope', ...order });
  return call('orders', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

async function placedId(): Promise<string> {
  const { id }: { id: string } = await (await placeOrder({})).json();
  return id;
}

describe('a large order', () => {
  it('is taken only from somebody who has just shown a second factor (RFC 9470)', async () => {
    expect((await placeOrder({ quantity: 100 })).status).toBe(201);
    const response = await placeOrder({ quantity: 101 });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer realm="order-desk", error="insufficient_user_authentication", acr_values="urn:harbour:two-factor", max_age="300"',
    );
  });
});

describe('an approval', () => {
  const approve = (order: unknown, bearer = token) =>
    call('approvals', {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}` },
      body: JSON.stringify({ order }),
    });

  it('is kept with the order, and the first one stays', async () => {
    const id = await placedId();
    expect(await (await approve(id)).json()).toMatchObject({ id, approvedBy: 'ada' });
    const grace = await new Person(system).tokens({}, 'grace', 'compiler');
    expect(await (await approve(id, grace.access_token)).json()).toMatchObject({ approvedBy: 'ada' });
    const { orders } = await (await call('orders')).json();
    expect(orders[0]).toMatchObject({ id, approvedBy: 'ada' });
  });

  it('needs a scope of its own, and an order', async () => {
    const { access_token } = await ada.tokens({ scope: 'openid orders' });
    const refused = await approve(await placedId(), access_token);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain(
      'error="insufficient_scope", scope="orders:approve"',
    );
    const { orders } = await (await call('orders')).json();
    expect(orders[0]).not.toHaveProperty('approvedBy');
    expect((await approve('of-nobody')).status).toBe(404);
    expect((await approve(7)).status).toBe(400);
  });
});

describe('the access token', () => {
  it('lets a caller in', async () => {
    const response = await call('time');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ subject: 'ada' });
  });

  it('missing, foreign, altered or of another audience is refused with a challenge', async () => {
    const missing = await fetch(`${system.api.origin}/v1/time`);
    expect(missing.status).toBe(401);
    expect(missing.headers.get('www-authenticate')).not.toContain('error=');

    const other = await startSystem({ ports: ANY_PORTS, page: false });
    const foreign = (await new Person(other).tokens()).access_token;
    await other.stop();
    for (const bad of ['none', `${token.slice(0, -4)}AAAA`, foreign]) {
      const response = await call('time', { headers: { authorization: `Bearer ${bad}` } });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    }
  });

  it('without the scope is refused with 403', async () => {
    const { access_token } = await ada.tokens({ scope: 'openid' });
    const response = await call('time', { headers: { authorization: `Bearer ${access_token}` } });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope", scope="orders"');
  });

  it('is refused when it was issued before a cut-off, and a new one is not', async () => {
    system.api.rejectTokensIssuedBefore(Date.now());
    expect((await call('time')).status).toBe(401);
    token = (await ada.tokens()).access_token;
    expect((await call('time')).status).toBe(200);
  });

  it('is accepted while the authorization server is down', async () => {
    system.authorizationServer.down('drop');
    expect((await call('time')).status).toBe(200);
    system.authorizationServer.down(false);
  });
});

describe('orders', () => {
  it('are counted by id, and a second post of one changes nothing', async () => {
    expect((await placeOrder({ id: 'one', note: 'first' })).status).toBe(201);
    expect((await placeOrder({ id: 'two' })).status).toBe(201);
    const repeated = await placeOrder({ id: 'one', note: 'second' });
    expect(repeated.status).toBe(200);
    expect(await repeated.json()).toMatchObject({ id: 'one', note: 'first', placedBy: 'ada' });
    const { orderPosts, doubledOrders } = system.api.stats();
    expect(Object.fromEntries(orderPosts)).toEqual({ one: 2, two: 1 });
    expect(doubledOrders).toEqual(['one']);
  });

  it('of a classic form lead back to the page', async () => {
    const body = new URLSearchParams({ product: 'compass', quantity: '2', note: 'by form' });
    const response = await call('orders-form', { method: 'POST', body, redirect: 'manual' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toContain(`${system.app.origin}/#order-`);
    const { orders } = await (await call('orders')).json();
    expect(orders[0]).toMatchObject({ product: 'compass', quantity: 2, note: 'by form' });
  });

  it.each([{ product: '' }, { quantity: 0 }, { id: 'no spaces' }, { note: 1 }])(
    'refuse %j',
    async (order) => {
      expect((await placeOrder(order)).status).toBe(400);
    },
  );

  it('take attachments as multipart and raw, and give them back as downloads', async () => {
    const id = await placedId();
    const form = new FormData();
    form.append('file', new File(['drawn by hand'], 'plän.txt', { type: 'text/html' }));
    const multipart = await call(`orders/${id}/attachments`, { method: 'POST', body: form });
    expect(await multipart.json()).toMatchObject({ name: 'plän.txt', bytes: 13 });
    const raw = await call(`orders/${id}/attachments?name=raw.bin`, {
      method: 'POST',
      body: new Uint8Array(3),
    });
    const { id: attachment, sha256 } = await raw.json();
    expect(sha256).toBe(createHash('sha256').update(new Uint8Array(3)).digest('hex'));

    const download = await call(`orders/${id}/attachments/${attachment}`);
    expect(download.headers.get('content-disposition')).toContain('attachment; filename="raw.bin"');
    expect(download.headers.get('content-type')).toBe('application/octet-stream');
    expect((await download.arrayBuffer()).byteLength).toBe(3);
  });
});

describe('the feed', () => {
  it('announces orders, and repeats to a client what it missed', async () => {
    const stop = new AbortController();
    const first = await call('feed', { signal: stop.signal });
    await placeOrder({ id: 'live' });
    const seen = await readUntil(first, '"id":"live"');
    const lastId = Number(/id: (\d+)\nevent: order/.exec(seen)?.[1]);
    const again = await call('feed', {
      signal: stop.signal,
      headers: { 'last-event-id': String(lastId - 1) },
    });
    expect(await readUntil(again, '"id":"live"')).toContain(`id: ${lastId}\n`);
    stop.abort();
  });
});

describe('the rest', () => {
  it('hashes a body byte for byte', async () => {
    const body = Buffer.alloc(3_000_000, 'session');
    const response = await call('echo-hash', { method: 'POST', body, headers: { 'content-type': 'x/y' } });
    const sha256 = createHash('sha256').update(body).digest('hex');
    expect(await response.json()).toEqual({ bytes: 3_000_000, sha256, contentType: 'x/y' });
  });

  it('answers what a client has to live with', async () => {
    const refused = await call('always-401', { method: 'POST' });
    expect([refused.status, (await call('always-204')).status, (await call('always-500')).status]).toEqual([
      401, 204, 500,
    ]);
    expect(refused.headers.get('www-authenticate')).toContain('invalid_token');
    expect([(await call('nothing')).status, (await call('time', { method: 'POST' })).status]).toEqual([
      404, 405,
    ]);
  });

  it('logs each request with the client’s own numbers and a hash, never the token', async () => {
    await call('time', { headers: { 'x-tab': 'a', 'x-seq': '7' } });
    await call('always-500');
    const { requests } = system.api.stats();
    expect(requests).toMatchObject([
      { method: 'GET', path: '/v1/time', status: 200, tab: 'a', seq: '7' },
      { path: '/v1/always-500', status: 500 },
    ]);
    expect(requests[0]?.tokenHash).toBe(requests[1]?.tokenHash);
    expect(JSON.stringify(requests)).not.toContain(token.split('.')[1]);
  });

  it('runs hooks before anything else, until they are removed', async () => {
    const remove = system.api.onRequest((_req, res) => {
      res.writeHead(418).end();
      return true;
    });
    expect((await call('time')).status).toBe(418);
    remove();
    expect((await call('time')).status).toBe(200);
  });
});

describe('cross-origin access', () => {
  const preflight = (origin: string) =>
    fetch(`${system.api.origin}/v1/orders`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key,x-seq,cookie2',
      },
    });

  it('is for the order desk, with the headers that it needs', async () => {
    const { headers } = await preflight(system.app.origin);
    expect(headers.get('access-control-allow-origin')).toBe(system.app.origin);
    expect(headers.get('access-control-allow-headers')).toBe(
      'authorization, content-type, idempotency-key, x-seq',
    );
    const refused = await call('always-401', { headers: { origin: system.app.origin } });
    expect(refused.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate');
    expect((await preflight('http://localhost:1')).headers.get('access-control-allow-origin')).toBeNull();
    expect(system.api.stats().preflights).toBe(2);
  });

  it('can be forgotten', async () => {
    system.api.cors(false);
    expect((await preflight(system.app.origin)).headers.get('access-control-allow-origin')).toBeNull();
    const answer = await call('time', { headers: { origin: system.app.origin } });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    system.api.cors(true);
  });
});

async function readUntil(response: Response, text: string): Promise<string> {
  let seen = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    seen += decoder.decode(chunk, { stream: true });
    if (seen.includes(text)) break;
  }
  return seen;
}
