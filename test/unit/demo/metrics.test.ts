import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { perSessionHour } from '../../../demo/metrics/request-rate.js';
import { type System, startSystem } from '../../../demo/system.js';
import { ANY_PORTS, Person, refreshTokenOf } from './person.js';

let system: System;
const scraped = new Map<string, string>();

/** A line of the text exposition format 0.0.4 that is no comment: name, labels, value. */
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-z_]+="[^"\\]*",?)+\})? (-?[0-9.e+-]+|NaN|\+Inf)$/;

/** @returns value by name with labels; every line has to be one that Prometheus reads */
async function scrape(origin: string): Promise<Map<string, number>> {
  const response = await fetch(`${origin}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const samples = new Map<string, number>();
  const types = new Set<string>();
  for (const line of (await response.text()).split('\n').filter(Boolean)) {
    const [, type, name = ''] = /^# (HELP|TYPE) (\S+) \S/.exec(line) ?? [];
    if (type === 'TYPE') types.add(name);
    if (type) continue;
    const [, metric = '', labels = '', value] = SAMPLE.exec(line) ?? [];
    expect(types, line).toContain(metric);
    samples.set(metric + labels, Number(value));
    scraped.set(metric, labels);
  }
  return samples;
}

beforeAll(async () => {
  system = await startSystem({ ports: ANY_PORTS, page: false });
});
afterAll(() => system.stop());

describe('the metrics', () => {
  it('say what the servers counted, one by one', async () => {
    const { api, authorizationServer } = system;
    const ada = new Person(system);
    const tokens = await ada.tokens();
    const first = refreshTokenOf(tokens);
    await ada.refresh(first);
    const call = (headers: Record<string, string>) => fetch(`${api.origin}/v1/time`, { headers });
    await call({ authorization: `Bearer ${tokens.access_token}` });
    await call({});
    const sessions = (await scrape(authorizationServer.issuer)).get('authorization_server_sessions');
    expect(sessions).toBe(1);
    await expect(ada.refresh(first)).rejects.toThrow();
    authorizationServer.down('unavailable');
    await fetch(`${authorizationServer.issuer}/token`, { method: 'POST' });

    const issuer = await scrape(authorizationServer.issuer);
    const stats = authorizationServer.stats();
    const counted = {
      refreshes_total: stats.refreshes,
      refresh_token_reuse_detections_total: stats.reuseDetections,
      refresh_token_grace_uses_total: stats.graceUses,
      revoked_grants_total: stats.revokedGrants,
      revocations_total: stats.revocations,
      authorization_requests_total: stats.authorizationRequests,
      sign_in_pages_total: stats.signInPages,
      ended_sessions_total: stats.endedSessions,
      'token_requests_total{grant_type="authorization_code",outcome="success"}': 1,
      'token_requests_total{grant_type="refresh_token",outcome="success"}': 1,
      'token_requests_total{grant_type="refresh_token",outcome="refused"}': 1,
      'token_requests_total{grant_type="unknown",outcome="lost"}': 1,
      sessions: 0,
      token_requests_per_session_hour: 0,
      sign_ins_per_session_hour: 0,
    };
    expect(Object.fromEntries(issuer)).toEqual(
      Object.fromEntries(
        Object.entries(counted).map(([name, value]) => [`authorization_server_${name}`, value]),
      ),
    );
    expect(stats).toMatchObject({ refreshes: 1, reuseDetections: 1, signInPages: 1 });

    expect(Object.fromEntries(await scrape(api.origin))).toEqual({
      'orders_api_requests_total{method="GET",status="200"}': 1,
      'orders_api_requests_total{method="GET",status="401"}': 1,
      orders_api_preflights_total: 0,
      orders_api_doubled_orders: 0,
      orders_api_feed_listeners: 0,
    });
    expect(api.stats().requests.length).toBe(2);
  });

  it('are all explained in docs/operations.md, whose alerts name no other', async () => {
    await scrape(system.authorizationServer.issuer);
    await scrape(system.api.origin);
    const page = readFileSync('docs/operations.md', 'utf8');
    const explained = [...page.matchAll(/^\| `((?:authorization_server|orders_api)_[a-z_]+)` \|/gm)];
    expect(explained.map(([, name]) => name).sort()).toEqual([...scraped.keys()].sort());
    const [, rules = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const alerted = [...rules.matchAll(/\b(?:authorization_server|orders_api)_[a-z_]+/g)].map(
      ([name]) => name,
    );
    expect(alerted.length).toBeGreaterThan(5);
    for (const name of alerted) expect([...scraped.keys()]).toContain(name);
    // Each alert has a row that says why its threshold is what it is.
    const alerts = [...rules.matchAll(/alert: (\w+)/g)].map(([, name]) => name);
    const reasons = [...page.matchAll(/^\| `([A-Z]\w+)` \| [^|]+ \| [^|]+ \| [^|]{40,} \|$/gm)].map(
      ([, name]) => name,
    );
    expect(alerts).toEqual(reasons);
  });
});

describe('a rate', () => {
  const nowMs = 10_000_000;
  const at = (...secondsAgo: number[]) => secondsAgo.map((seconds) => nowMs - seconds * 1000);

  it.each([
    ['60 in five minutes with two sessions', Array.from({ length: 60 }, (_, i) => i * 5), 600, 2, 360],
    ['what is older than five minutes', [301, 400], 600, 1, 0],
    ['two in the two minutes since the start', [10, 100], 120, 1, 60],
    ['one in the first second', [0.5], 1, 1, 60],
    ['no session', [1, 2], 600, 0, 0],
  ])('%s', (_name, secondsAgo, sinceSeconds, sessions, rate) => {
    const sinceMs = nowMs - sinceSeconds * 1000;
    expect(perSessionHour(at(...secondsAgo), { nowMs, sinceMs, sessions })).toBeCloseTo(rate);
  });
});
