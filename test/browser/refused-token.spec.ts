import { burst, expect, renewals, statusOf, test } from '../support/order-desk.js';

test('a still-valid token that the API refuses is renewed once, and the requests are sent again once', async ({
  tab,
  system,
}) => {
  system.api.rejectTokensIssuedBefore(Date.now());
  system.authorizationServer.resetStats();
  system.api.resetStats();

  const statuses = await burst(tab, `${system.api.origin}/v1/time`, 20, 'tab');

  expect(statuses).toEqual(Array.from({ length: 20 }, () => 200));
  expect(renewals(system)).toBe(1);
  const sent = system.api.stats().requests.filter((request) => request.tab === 'tab');
  for (let seq = 0; seq < 20; seq += 1) {
    const times = sent.filter((request) => request.seq === String(seq));
    expect(times.length).toBeLessThanOrEqual(2);
    expect(times.at(-1)?.status).toBe(200);
  }
});

test('a second 401 is the page’s answer, and no loop starts', async ({ tab, system }) => {
  system.authorizationServer.resetStats();
  system.api.resetStats();

  const answers = await tab.evaluate(async (url) => {
    const seen: [number, string | null][] = [];
    for (let call = 0; call < 5; call += 1) {
      const response = await fetch(url, { method: 'POST', body: 'x' });
      seen.push([response.status, response.headers.get('www-authenticate')]);
    }
    return seen;
  }, `${system.api.origin}/v1/always-401`);

  for (const [status, challenge] of answers) {
    expect(status).toBe(401);
    expect(challenge).toContain('invalid_token');
  }
  expect(renewals(system)).toBe(1);
  // The first call twice, the others once: that a renewal does not cure this URL is known by then.
  expect(system.api.stats().requests.length).toBe(6);
  expect((await statusOf(tab)).phase).toBe('active');
});
