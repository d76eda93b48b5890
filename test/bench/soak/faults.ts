import { brokenJson, htmlPage, retryLater } from '../../../demo/authorization-server/token-answers.js';
import type { System } from '../../../demo/system.js';

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A token names the second in which it was made: one of this second is not older than its key. */
const secondBegan = () => Math.floor(Date.now() / 1000) * 1000;

/** What goes wrong between a session and its servers, and passes. Each strikes once and is over. */
const FAULTS: Readonly<Record<string, (system: System) => unknown>> = {
  'a lost answer': ({ authorizationServer }) => authorizationServer.loseResponse(1),
  'a slow answer': ({ authorizationServer }) => authorizationServer.delay(800, 1),
  'a busy server': ({ authorizationServer }) => authorizationServer.answer(...retryLater(503, '1'), 1),
  'a maintenance page': ({ authorizationServer }) => authorizationServer.answer(...htmlPage(), 1),
  'an answer cut off': ({ authorizationServer }) => authorizationServer.answer(...brokenJson(), 1),
  'an outage': async ({ authorizationServer }) => {
    authorizationServer.down('drop');
    await wait(1500);
    authorizationServer.down(false);
  },
  'a key rotated at the API': ({ api }) => api.rejectTokensIssuedBefore(secondBegan()),
};

const isRenewedSince = ({ authorizationServer }: System, since: number) =>
  authorizationServer
    .stats()
    .tokenRequests.some(
      ({ arrivedAtMs, outcome, isDelivered }) =>
        arrivedAtMs >= since && outcome === 'success' && isDelivered === true,
    );

/**
 * Lets something go wrong every few seconds, until it is told to stop. Nothing does before what went wrong last has passed: faults
 * that pile up while the worker waits are an outage without an end, and there the session is to end.
 *
 * @returns how often each did
 */
export async function strike(system: System, isOver: () => boolean): Promise<Record<string, number>> {
  const struck: Record<string, number> = {};
  const names = Object.keys(FAULTS);
  while (!isOver()) {
    const name = names[Math.floor(Math.random() * names.length)] ?? '';
    await FAULTS[name]?.(system);
    struck[name] = (struck[name] ?? 0) + 1;
    const passedFrom = Date.now();
    await wait(1000 + Math.random() * 4000);
    while (!isOver() && !isRenewedSince(system, passedFrom)) await wait(100);
  }
  return struck;
}
