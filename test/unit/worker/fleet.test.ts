import { afterEach, expect, it, vi } from 'vitest';
import { resolvePolicy } from '../../../src/shared/policy.js';
import { keeper } from '../../simulate/client.js';
import { Dice } from '../../simulate/dice.js';
import { Fleet } from '../../simulate/fleet.js';
import { Load } from '../../simulate/load.js';
import type { Start } from '../../simulate/people.js';
import { Recoveries } from '../../simulate/recoveries.js';
import { type Outage, TokenServer } from '../../simulate/token-server.js';
import { Browser, workerParts } from './worker-parts.js';

const LIFETIME_SECONDS = 3600;
const SECONDS = 6000;
/** Every draw: the worker's jitter, and the length of its waits. */
const DRAW = 0.5;

afterEach(() => {
  vi.restoreAllMocks();
});

/** The seconds in which the simulated session sends a token request. */
function simulated(outage: Outage): number[] {
  const load = new Load(SECONDS);
  const dice = new Dice(1);
  vi.spyOn(dice, 'next').mockReturnValue(DRAW);
  const start: Start = {
    isPresent: true,
    presenceChangesAt: Number.POSITIVE_INFINITY,
    incidentAt: Number.POSITIVE_INFINITY,
    beganAt: 0,
    aheadMs: 0,
  };
  const people = {
    incident: 'reload',
    start: () => start,
    stay: () => 0,
    untilNextAction: () => 1000,
  } as const;
  const fleet = new Fleet({
    sessions: 1,
    client: keeper('keeper', resolvePolicy()),
    lifetimeMs: LIFETIME_SECONDS * 1000,
    roundTripMs: 0,
    server: new TokenServer(outage),
    people,
    dice,
    load,
    recoveries: new Recoveries(outage),
  });
  fleet.run(SECONDS);
  return [...load.tokenRequests].flatMap((count, second) => Array<number>(count).fill(second));
}

/** The same of the worker's own parts, asked for a credential once a second as the fetch handler asks. */
async function real(outage: Outage): Promise<number[]> {
  const browser = new Browser();
  const { time, server } = browser;
  const begin = time.now();
  const second = () => Math.floor((time.now() - begin) / 1000);
  const tokens = server.tokens.bind(server);
  const seconds: number[] = [];
  vi.spyOn(server, 'tokens').mockImplementation(() => {
    seconds.push(second());
    if (server.isDown) throw new TypeError('Failed to fetch');
    return tokens({ expires_in: LIFETIME_SECONDS });
  });
  await browser.signIn({ lifetimeMs: LIFETIME_SECONDS * 1000 });
  const { session, renewal, waiting, server: authorizationServer } = workerParts(browser, {}, () => DRAW);
  await session.load();
  await authorizationServer.metadata();
  // While the token is fresh, nothing depends on the requests.
  await time.pass(2_500_000);
  while (second() < SECONDS) {
    server.isDown = second() >= outage.from && second() < outage.to;
    waiting.requests = session.usable() ? 0 : 1;
    if (!session.usable() || session.isRenewalToStart()) await renewal.ensure();
    if (session.usable()) waiting.requests = 0;
    await time.pass(1000);
  }
  return seconds;
}

it.each([
  ['no outage', { from: 9000, to: 9000 }, 2],
  ['an outage that the token outlives', { from: 2500, to: 3100 }, 3],
  ['an outage that the token does not outlive', { from: 2500, to: 3900 }, 10],
])('a simulated session asks for tokens when the worker does: %s', async (_, outage, atLeast) => {
  const seconds = await real(outage);
  expect(seconds.length).toBeGreaterThanOrEqual(atLeast);
  expect(simulated(outage)).toEqual(seconds);
});
