import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type NetworkOptions, toNodeMiddleware } from 'session-keeper/server';
import { describe, expect, it } from 'vitest';
import { createSealDeriver } from '../../../src/server/seal-keys.js';
import { NETWORK_HEADER, NETWORK_SEAL } from '../../../src/shared/network-marks.js';
import { Seal } from '../../../src/worker/vault/seal.js';
import { ORIGIN, ordersServer, SECURE_COOKIE } from './orders-server.js';

const KEY = { id: '2026-11', secret: new Uint8Array(32).fill(7) };
const OTHER_KEY = { id: '2026-12', secret: new Uint8Array(32).fill(8) };
const ADDRESS = 'x-client-address';
const address = (request: Request) => request.headers.get(ADDRESS) ?? undefined;

/** As the browser's own worker seals it, by its id. */
async function sealOf(browserId = 'A'.repeat(43)): Promise<Seal> {
  return new Seal(await createSealDeriver([KEY])(browserId));
}

const proof = async (name = NETWORK_SEAL) => (await sealOf()).close(name, 0);

async function ask(
  headers: Record<string, string>,
  network: NetworkOptions | undefined = { address },
  keys = [KEY],
) {
  const request = new Request(`${ORIGIN}/service-worker.js?network`, {
    method: 'POST',
    headers: {
      'sec-fetch-site': 'same-origin',
      cookie: SECURE_COOKIE,
      [NETWORK_HEADER]: await proof(),
      ...headers,
    },
  });
  const response = await ordersServer({ keys, ...(network && { network }) }).handle(request);
  return { status: response?.status, text: (await response?.text()) ?? '', headers: response?.headers };
}

const markAt = async (where: string, network?: NetworkOptions) =>
  (await ask({ [ADDRESS]: where }, network ?? { address })).text;

describe('a mark', () => {
  it('is the same in one network and another in the next, and says nothing of the address', async () => {
    const { status, text, headers } = await ask({ [ADDRESS]: '192.0.2.17' });
    expect([status, headers?.get('cache-control')]).toEqual([200, 'no-store']);
    expect(text).toMatch(/^[\w-]{43}$/);
    expect(await markAt('192.0.2.200')).toBe(text);
    expect(await markAt('::ffff:192.0.2.1')).toBe(text);
    const others = ['192.0.3.17', '2001:db8:1::1', '2001:db8:2::1', '::c000:211'];
    expect(new Set([text, ...(await Promise.all(others.map((each) => markAt(each))))]).size).toBe(5);
    expect(await markAt('2001:db8:1:ffff::9%eth0')).toBe(await markAt('2001:DB8:1::1'));
  });

  it('takes as much of an address as the options say', async () => {
    const narrow = { address, ipv4PrefixBits: 32, ipv6PrefixBits: 64 };
    expect(await markAt('192.0.2.1', narrow)).not.toBe(await markAt('192.0.2.2', narrow));
    expect(await markAt('2001:db8::1', narrow)).not.toBe(await markAt('2001:db8:0:1::1', narrow));
    const wide = { address, ipv4PrefixBits: 12 };
    expect(await markAt('172.16.0.1', wide)).toBe(await markAt('172.31.255.1', wide));
    expect(await markAt('172.16.0.1', wide)).not.toBe(await markAt('172.32.0.1', wide));
  });

  it('is another for another browser', async () => {
    const other = {
      cookie: `__Host-Http-seal=${'B'.repeat(43)}`,
      [NETWORK_HEADER]: await (await sealOf('B'.repeat(43))).close(NETWORK_SEAL, 0),
    };
    const { status, text } = await ask({ [ADDRESS]: '192.0.2.17', ...other });
    expect(status).toBe(200);
    expect(text).not.toBe(await markAt('192.0.2.17'));
  });

  it('comes by each key while keys are changed, the present one’s first', async () => {
    const { text } = await ask({ [ADDRESS]: '192.0.2.17' }, { address }, [OTHER_KEY, KEY]);
    const [present, former] = text.split('\n');
    expect(former).toBe(await markAt('192.0.2.17'));
    expect(present).not.toBe(former);
  });
});

describe('there is none', () => {
  const from = { [ADDRESS]: '192.0.2.17' };

  it.each([
    ['for a page, which has no key', async () => ({ [NETWORK_HEADER]: '' })],
    ['for what a page finds in the database', async () => ({ [NETWORK_HEADER]: await proof('session') })],
    ['for another browser’s worker', async () => ({ cookie: `__Host-Http-seal=${'B'.repeat(43)}` })],
    ['without the seal’s cookie', async () => ({ cookie: '' })],
    ['with a doubtful one', async () => ({ cookie: `${SECURE_COOKIE}; ${SECURE_COOKIE}` })],
    ['for another site', async () => ({ 'sec-fetch-site': 'cross-site' })],
    ['where the address is none', async () => ({ [ADDRESS]: '192.0.2.300' })],
    ['where the address is a name', async () => ({ [ADDRESS]: 'client.example.com' })],
    ['where there is no address', async () => ({ [ADDRESS]: '' })],
  ])('%s', async (_, headers) => {
    const { status, text } = await ask({ ...from, ...(await headers()) });
    expect(status).toBe(403);
    expect(text).not.toMatch(/[\w-]{43}/);
  });

  it('without the option', async () => {
    const request = { [ADDRESS]: '192.0.2.17' };
    const server = ordersServer();
    const asked = new Request(`${ORIGIN}/service-worker.js?network`, {
      method: 'POST',
      headers: {
        'sec-fetch-site': 'same-origin',
        cookie: SECURE_COOKIE,
        [NETWORK_HEADER]: await proof(),
        ...request,
      },
    });
    expect((await server.handle(asked))?.status).toBe(403);
  });
});

describe('behind proxies', () => {
  const forwarded = (hops: string, network: NetworkOptions) => ask({ 'x-forwarded-for': hops }, network);

  it('the address is what the first of them saw, whatever a client wrote in front', async () => {
    const own = await markAt('192.0.2.17');
    expect((await forwarded('192.0.2.17', { proxies: 1 })).text).toBe(own);
    expect((await forwarded('198.51.100.1, 192.0.2.17:52100', { proxies: 1 })).text).toBe(own);
    expect((await forwarded('198.51.100.1, 192.0.2.17, 10.0.0.1', { proxies: 2 })).text).toBe(own);
    expect((await forwarded('[2001:db8:1::1]:443', { proxies: 1 })).text).toBe(await markAt('2001:db8:1::2'));
  });

  it.each([
    ['fewer hops than there are proxies', { proxies: 2 }, '192.0.2.17'],
    ['no hop', { proxies: 1 }, ''],
    ['a hop that is no address', { proxies: 1 }, 'unknown'],
    ['a proxy where the options say none', {}, '192.0.2.17'],
  ])('%s: no mark', async (_, network, hops) => {
    expect((await forwarded(hops, network)).status).toBe(403);
  });

  it('without any it is the connection’s, as Node’s adapter knows it', async () => {
    const server = ordersServer({ network: {}, origin: ORIGIN });
    const http = createServer(toNodeMiddleware(server));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/service-worker.js?network`;
      const headers = {
        'sec-fetch-site': 'same-origin',
        cookie: SECURE_COOKIE,
        [NETWORK_HEADER]: await proof(),
      };
      const response = await fetch(url, { method: 'POST', headers });
      expect(await response.text()).toBe(await markAt('127.0.0.9'));
      const forwarded = { ...headers, 'x-forwarded-for': '192.0.2.17' };
      expect((await fetch(url, { method: 'POST', headers: forwarded })).status).toBe(403);
    } finally {
      http.close();
    }
    expect((await ask({}, {})).status).toBe(403);
  });
});

it.each([
  ['network.proxies', { proxies: 11 }],
  ['network.proxies', { proxies: 1, address }],
  ['network.ipv4PrefixBits', { ipv4PrefixBits: 7 }],
  ['network.ipv6PrefixBits', { ipv6PrefixBits: 48.5 }],
  ['network.address', { address: '192.0.2.17' }],
  ['network', null],
])('a wrong %s is refused at start', (option, network) => {
  expect(() => ordersServer({ network: network as never })).toThrow(`option "${option}"`);
});
