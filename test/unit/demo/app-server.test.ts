import { once } from 'node:events';
import { get, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type System, startSystem } from '../../../demo/system.js';
import { ANY_PORTS, Person } from './person.js';

const SEAL_KEYS = [{ id: 'test', secret: Buffer.alloc(32, 7).toString('base64url') }];
const WORKER_REQUEST = {
  'sec-fetch-dest': 'serviceworker',
  'sec-fetch-mode': 'same-origin',
  'service-worker': 'script',
};
const NAVIGATION = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' };

let system: System;

beforeAll(async () => {
  const workerOptions = { claims: ['email'] };
  system = await startSystem({ ports: ANY_PORTS, sealKeys: SEAL_KEYS, workerOptions });
});
afterAll(() => system.stop());

/** As a browser asks: `fetch` of Node does not let a caller set `Sec-Fetch-Mode`. */
async function browserGet(path: string, headers: OutgoingHttpHeaders) {
  const [response] = (await once(get(system.app.origin + path, { headers }), 'response')) as [
    IncomingMessage,
  ];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

async function workerScript(): Promise<string> {
  const page = await browserGet('/', NAVIGATION);
  const cookie = page.headers['set-cookie']?.map((value) => value.split(';')[0]).join('; ');
  const response = await browserGet('/service-worker.js', { ...WORKER_REQUEST, cookie });
  expect(response.status).toBe(200);
  return response.body;
}

describe('the order desk’s server', () => {
  it('serves the page without anything inline, and under the security headers', async () => {
    const { body: html, headers } = await browserGet('/', NAVIGATION);
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
    for (const [, asset = ''] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      expect((await fetch(system.app.origin + asset)).status, asset).toBe(200);
    }
  });

  it('answers what is missing under the same headers', async () => {
    const missing = await fetch(`${system.app.origin}/nothing`);
    expect(missing.status).toBe(404);
    expect(missing.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  it('gives the worker to its registration alone, with the options of this start', async () => {
    expect((await fetch(`${system.app.origin}/service-worker.js`)).status).toBe(403);
    const script = await workerScript();
    expect(script).toContain(system.authorizationServer.issuer);
    expect(script).toMatch(/claims"?:\s*\[\s*["'`]email["'`]\s*\]/);
    expect(() => new Function(script)).not.toThrow();
  });

  it('deploys a new worker', async () => {
    const before = await workerScript();
    await system.app.deployWorker({ postLogoutPath: '/goodbye' });
    const after = await workerScript();
    expect(before).not.toContain('/goodbye');
    expect(after).toContain('/goodbye');
    expect(after).toMatch(/claims"?:\s*\[\s*["'`]email["'`]\s*\]/);
  });

  it('gives files that browsers keep for ever another name once what is written into them differs', async () => {
    const kept = async () => {
      const { body } = await browserGet('/', NAVIGATION);
      return [...body.matchAll(/"(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path);
    };
    const before = await kept();
    await system.app.deployWorker({ postLogoutPath: '/elsewhere' });
    const after = await kept();
    expect(before).not.toEqual([]);
    expect(before.filter((path) => after.includes(path))).toEqual([]);
  });

  it('forwards /api/ to the API and back, streamed, without the app’s cookies', async () => {
    const { access_token } = await new Person(system).tokens();
    const headers = { authorization: `Bearer ${access_token}`, cookie: 'seal=secret', 'x-tab': 'proxied' };
    let cookie: string | undefined = 'unseen';
    const remove = system.api.onRequest((req) => {
      cookie = req.headers.cookie;
      return false;
    });
    const body = Buffer.alloc(1_000_000, 'a');
    const response = await fetch(`${system.app.origin}/api/echo-hash`, { method: 'POST', headers, body });
    remove();
    expect(await response.json()).toMatchObject({ bytes: 1_000_000 });
    expect(cookie).toBeUndefined();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(system.api.stats().requests.at(-1)).toMatchObject({ path: '/v1/echo-hash', tab: 'proxied' });
  });

  it.each([
    ['after', 'feed'],
    ['before', 'held'],
  ])('lets the API feel that a client went away %s the answer began', async (_moment, path) => {
    const { access_token } = await new Person(system).tokens();
    const client = new AbortController();
    const reached = new Promise<ServerResponse>((resolve) => {
      const remove = system.api.onRequest((_req, res) => {
        remove();
        resolve(res);
        return path === 'held';
      });
    });
    const answer = fetch(`${system.app.origin}/api/${path}`, {
      headers: { authorization: `Bearer ${access_token}` },
      signal: client.signal,
    });
    const aborted = expect(answer.then((response) => response.text())).rejects.toThrow('abort');
    const closed = once(await reached, 'close');
    if (path === 'feed') await answer;
    client.abort();
    await Promise.all([aborted, closed]);
    expect(system.api.stats().feedListeners).toBe(0);
  });
});

describe('starting', () => {
  it('takes free ports where the preferred ones are busy', async () => {
    const port = Number(new URL(system.app.origin).port);
    const other = await startSystem({
      ports: { app: port, api: port, authorizationServer: port },
      page: false,
    });
    const origins = [other.app.origin, other.api.origin, other.authorizationServer.issuer];
    await other.stop();
    expect(new Set([...origins, system.app.origin]).size).toBe(4);
  });
});
