import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { expect, inPage, renewals, test, untilExpired } from '../support/order-desk.js';

test.use({ systemOptions: { accessTokenSeconds: 2 } });
test.setTimeout(120_000);

const KINDS = ['string', 'Blob', 'FormData', 'URLSearchParams', 'ArrayBuffer'] as const;
type Kind = (typeof KINDS)[number] | 'Request';

const MIB = 1024 * 1024;
/** What is sent again is a copy, and of the largest that is kept by default. */
const SIZES = {
  'parked during a renewal': [0, 1024, 50 * MIB],
  'sent again after a 401': [0, 1024, 8 * MIB],
} as const;

test.describe('up to the limit', () => {
  const queue = { maxBodyBytes: 64 * MIB, maxBytes: 128 * MIB };
  test.use({ systemOptions: { accessTokenSeconds: 2, workerOptions: { policy: { queue } } } });

  for (const when of ['parked during a renewal', 'sent again after a 401'] as const) {
    for (const kind of KINDS) {
      test(`a POST of ${kind} ${when} arrives byte for byte`, async ({ tab, system }) => {
        for (const size of SIZES[when]) {
          system.authorizationServer.setAccessTokenSeconds(2);
          await (when === 'parked during a renewal' ? untilExpired(tab) : untilRefused(tab, system));
          // A large body can take longer than a short token lasts, and would rightly be renewed for once more.
          system.authorizationServer.setAccessTokenSeconds(60);
          system.authorizationServer.resetStats();
          const { expected, received, status } = await postFrom(tab, system, kind, size);
          expect(status).toBe(200);
          expect(received, `${kind} of ${size} bytes`).toEqual(expected);
          expect(renewals(system)).toBe(1);
        }
      });
    }
  }
});

test.describe('above the limit', () => {
  const queue = { maxBodyBytes: MIB };
  test.use({ systemOptions: { accessTokenSeconds: 2, workerOptions: { policy: { queue } } } });
  const size = 3 * MIB;

  for (const kind of ['string', 'Blob', 'FormData', 'Request'] as const) {
    test(`a POST of ${kind} parked during a renewal arrives byte for byte`, async ({ tab, system }) => {
      await untilExpired(tab);
      system.authorizationServer.resetStats();
      const { expected, received, status } = await postFrom(tab, system, kind, size);
      expect(status).toBe(200);
      expect(received).toEqual(expected);
      expect(renewals(system)).toBe(1);
    });

    test(`a POST of ${kind} that the API refuses is not sent again, and the page gets the API’s own 401`, async ({
      tab,
      system,
    }) => {
      await untilRefused(tab, system);
      system.api.resetStats();
      const { status } = await postFrom(tab, system, kind, size);
      expect(status).toBe(401);
      expect(system.api.stats().requests.map((request) => request.status)).toEqual([401]);
      // The next one goes with a new token.
      await expect.poll(() => inPage(tab, (session) => session.status.renewals)).toBe(2);
      expect((await postFrom(tab, system, kind, size)).status).toBe(200);
    });
  }
});

test('a Request of the page’s own, whose size nobody knows, is sent again after a 401 if it is small', async ({
  tab,
  system,
}) => {
  await untilRefused(tab, system);
  const { expected, received, status } = await postFrom(tab, system, 'Request', MIB);
  expect(status).toBe(200);
  expect(received).toEqual(expected);
});

async function untilRefused(tab: Page, system: System): Promise<void> {
  system.authorizationServer.setAccessTokenSeconds(60);
  await inPage(tab, (session) => session.renew());
  system.api.rejectTokensIssuedBefore(Date.now());
}

function postFrom(tab: Page, system: System, kind: Kind, size: number) {
  return tab.evaluate(post, { kind, size, api: system.api.origin });
}

/** Runs in the page: posts a body of this kind and size, and says what should and what did arrive. */
async function post({ kind, size, api }: { kind: Kind; size: number; api: string }) {
  // One random tile over and over, numbered, so that it costs little and a part in the wrong place is noticed.
  const tile = new TextEncoder().encode(
    Array.from(crypto.getRandomValues(new Uint8Array(32_768)), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join(''),
  );
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += tile.length) {
    bytes.set(tile.subarray(0, size - at), at);
    bytes.set(new TextEncoder().encode(String(at)).subarray(0, size - at), at);
  }
  const text = () => new TextDecoder().decode(bytes);
  const form = () => {
    const data = new FormData();
    data.append('file', new Blob([bytes]), 'file.bin');
    return data;
  };
  const bodies: Record<Kind, () => string | Blob | FormData | URLSearchParams | ArrayBuffer> = {
    string: text,
    Blob: () => new Blob([bytes]),
    FormData: form,
    URLSearchParams: () => new URLSearchParams({ field: text() }),
    ArrayBuffer: () => bytes.buffer,
    Request: () => bytes.buffer,
  };
  const body = bodies[kind]();
  const url = `${api}/v1/echo-hash`;
  const init = { method: 'POST', body };
  const response = await (kind === 'Request' ? fetch(new Request(url, init)) : fetch(url, init));
  const received: { bytes: number; sha256: string; contentType: string | null } = await response.json();

  // What the platform makes of the body is what has to arrive. A FormData's boundary is chosen anew each time, and always
  // of one length, so the one that was sent is put in its place.
  const own = new Response(body);
  const ownType = own.headers.get('content-type');
  const reference = new Uint8Array(await own.arrayBuffer());
  const boundaryOf = (type: string | null) => /boundary=(.+)$/.exec(type ?? '')?.[1] ?? '';
  const [from, to] = [boundaryOf(ownType), boundaryOf(received.contentType)];
  if (from !== '') {
    for (const at of [2, reference.length - to.length - 4]) reference.set(new TextEncoder().encode(to), at);
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', reference));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return {
    status: response.status,
    expected: { bytes: reference.byteLength, sha256 },
    received: { bytes: received.bytes, sha256: received.sha256 },
  };
}
