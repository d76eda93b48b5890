import { describe, expect, it } from 'vitest';
import { resolvePolicy } from '../../../src/shared/policy.js';
import { keeper, naive } from '../../simulate/client.js';
import { run } from '../../simulate/run.js';
import { OUTAGE_OF_TEN_MINUTES, OVERLOAD, SKEW } from '../../simulate/scenarios.js';

const SETTING = { sessions: 1000, lifetimeSeconds: 3600, seed: 7 };
const client = keeper('keeper', resolvePolicy());

describe('a simulated fleet', () => {
  it('shows the same figures twice with the same seed, and others with another', () => {
    const first = run(OUTAGE_OF_TEN_MINUTES, client, SETTING);
    expect(run(OUTAGE_OF_TEN_MINUTES, client, SETTING)).toEqual(first);
    expect(run(OUTAGE_OF_TEN_MINUTES, client, { ...SETTING, seed: 8 })).not.toEqual(first);
  });

  it('renews every session that is used about once in a life of its token', () => {
    const { perSessionHour, failed } = run(OUTAGE_OF_TEN_MINUTES, client, SETTING);
    expect(perSessionHour).toBeGreaterThan(0.5);
    expect(perSessionHour).toBeLessThan(1.5);
    expect(failed).toBe(0);
  });

  it('gives everybody who waits a token within two seconds of the end of an outage', () => {
    const { afterOutage } = run(OUTAGE_OF_TEN_MINUTES, client, SETTING);
    expect(afterOutage?.waiting).toBeGreaterThan(10);
    expect(afterOutage?.recoveredLast).toBeLessThanOrEqual(2);
  });

  it('asks a failing server far less often than one that retries each five seconds', () => {
    const during = (who: typeof client) =>
      run(OUTAGE_OF_TEN_MINUTES, who, SETTING).afterOutage?.duringPeak ?? 0;
    expect(during(client) * 4).toBeLessThan(during(naive('naive')));
  });

  it('pays for a wrong clock only where it is believed', () => {
    const cost = (who: typeof client) => run(SKEW, who, SETTING).perSessionHour;
    expect(cost(client)).toBeLessThan(1);
    expect(cost(naive('naive'))).toBeGreaterThan(2);
  });

  it('costs a session the same among many as among few', () => {
    const perSession = (sessions: number) => run(SKEW, client, { ...SETTING, sessions }).events / sessions;
    expect(Math.abs(perSession(5500) / perSession(1000) - 1)).toBeLessThan(0.1);
  });

  it('lets all sessions share a server that takes one request a second', () => {
    const { mean, failed } = run(OVERLOAD, client, { ...SETTING, sessions: 9000, steady: 1 / 3 });
    expect(mean).toBeGreaterThan(2);
    expect(mean * (1 - failed)).toBeLessThanOrEqual(1);
  });
});
