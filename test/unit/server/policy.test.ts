import { describe, expect, it } from 'vitest';
import type { SessionKeeperServerOptions } from '../../../src/server.js';
import { ORIGIN, ordersServer } from './orders-server.js';

const DOCUMENT = { version: 3, policy: { idleTimeoutSeconds: 900 } };

const ask = (headers: Record<string, string> = {}, method = 'POST', path = '/service-worker.js?policy') =>
  new Request(ORIGIN + path, { method, headers: { 'sec-fetch-site': 'same-origin', ...headers } });

async function answer(policy: unknown, request = ask()) {
  const server = ordersServer({ policy: policy as NonNullable<SessionKeeperServerOptions['policy']> });
  const response = await server.handle(request);
  return { status: response?.status, headers: response?.headers, text: await response?.text() };
}

describe('the policy', () => {
  it('is given to the worker, and is in no cache', async () => {
    const { status, headers, text } = await answer(DOCUMENT);
    expect([status, JSON.parse(text ?? '')]).toEqual([200, DOCUMENT]);
    expect(headers?.get('cache-control')).toBe('no-store');
    expect(headers?.get('content-type')).toBe('application/json');
    expect(headers?.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('has the plan of a rollout beside it, for the pages', async () => {
    const document = { ...DOCUMENT, rollout: { mode: 'optional', percentage: 5, cohort: ['staff'] } };
    expect(JSON.parse((await answer(document)).text ?? '')).toEqual(document);
  });

  it('may change without a restart', async () => {
    let version = 1;
    const policy = async () => ({ version: version++, policy: {} });
    const server = ordersServer({ policy });
    const next = async () => (await (await server.handle(ask()))?.json())?.version;
    expect([await next(), await next()]).toEqual([1, 2]);
  });

  it.each([
    ['another site', ask({ 'sec-fetch-site': 'cross-site' })],
    ['a navigation', ask({}, 'GET')],
    ['whoever looks for a worker', ask({ 'service-worker': 'script' })],
    [
      'a browser that says nothing of itself',
      new Request(`${ORIGIN}/service-worker.js?policy`, { method: 'POST' }),
    ],
  ])('is refused to %s', async (_, request) => {
    expect((await answer(DOCUMENT, request)).status).toBe(403);
  });

  it('is not there without the option', async () => {
    expect((await ordersServer().handle(ask()))?.status).toBe(403);
  });

  it.each([
    [
      { version: 1, policy: { idleTimeoutSeconds: 900, absoluteLifetimeSeconds: 600 } },
      /policy\.idleTimeoutSeconds is 900; allowed is at most 600/,
    ],
    [{ version: '1', policy: {} }, /version is "1"; allowed is a whole number of at least 1/],
    [{ policy: {} }, /version is missing/],
    [{ version: 1 }, /policy is missing/],
    [
      { version: 1, policy: {}, rollout: { mode: 'on' } },
      /rollout\.mode is "on"; allowed is 'off', 'observe'/,
    ],
    [{ version: 1, policy: {}, rollout: { mode: 'off', percent: 1 } }, /rollout\.percent is "present"/],
    ['policy.json', /the policy document\) is "policy.json"/],
  ])('that is wrong is refused at start, or when it is given: %j', async (policy, message) => {
    await expect(answer(policy)).rejects.toThrow(message);
    await expect(answer(() => policy)).rejects.toThrow(message);
  });
});
