import { beforeEach, describe, expect, it } from 'vitest';
import type { WorkerEvent } from '../../../src/shared/protocol.js';
import { NetworkErrors } from '../../../src/worker/network-errors.js';
import { FakeApi } from './fake-api.js';
import { Browser, ORIGIN, workerParts } from './worker-parts.js';

const API = { origin: 'https://api.example.com', pathPrefix: '/v1/' };
const ORDERS = new Request('https://api.example.com/v1/orders', { headers: { Authorization: 'Bearer x' } });

let browser: Browser;
let api: FakeApi;
let told: WorkerEvent[];
let errors: NetworkErrors;

beforeEach(() => {
  browser = new Browser();
  api = new FakeApi();
  told = [];
  errors = new NetworkErrors({ ...workerParts(browser).environment, fetch: api.fetch }, async (event) => {
    told.push(event);
  });
});

const unreachable = () => api.answerNext(() => Promise.reject(new TypeError('Failed to fetch')));

describe('a request that failed without an answer', () => {
  it('is explained by CORS where the API can be reached', async () => {
    await errors.explain(ORDERS, API);
    expect(told).toMatchObject([
      { type: 'problem', problem: { code: 'api_cors_forbidden', retryable: false } },
    ]);
    expect(told).toMatchObject([{ problem: { message: expect.stringContaining(ORIGIN) } }]);
  });

  it('is looked into without a credential, and without the path', async () => {
    await errors.explain(ORDERS, API);
    expect(api.received).toMatchObject([{ url: `${API.origin}/`, method: 'GET', credentials: 'omit' }]);
    expect(api.credentials).toEqual([undefined]);
  });

  it('is not explained where the API cannot be reached', async () => {
    unreachable();
    await errors.explain(ORDERS, API);
    expect(told).toEqual([]);
  });

  it('is not CORS on this origin, nor without CORS', async () => {
    await errors.explain(ORDERS, { origin: ORIGIN, pathPrefix: '/' });
    await errors.explain(new Request(ORDERS.url, { mode: 'no-cors' }), API);
    expect(api.received).toEqual([]);
  });

  it('is looked into once a minute for each API', async () => {
    for (let failure = 0; failure < 100; failure++) await errors.explain(ORDERS, API);
    expect(api.received).toHaveLength(1);
    await errors.explain(ORDERS, { origin: 'https://other.example.com', pathPrefix: '/' });
    expect(api.received).toHaveLength(2);
    await browser.time.pass(60_000);
    await errors.explain(ORDERS, API);
    expect(api.received).toHaveLength(3);
  });
});
