import { placeOrder } from '../orders-api.js';
import type { Lab } from './lab.js';
import * as narration from './narration.js';

/** Does what its button says. Each sentence that it tells replaces the one before. */
export type Experiment = (lab: Lab, tell: (sentence: string) => void) => Promise<void>;

const BURST = 5;
const HEARD_WITHIN_MS = 5000;
const REPEATED_WITHIN_MS = 15_000;
/** More than the API takes without a second factor. */
const LARGE_ORDER = { product: 'rope', quantity: 500, note: 'from the control room' };

let aheadSeconds = 0;

/** By the id of their buttons. */
export const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  expire: async (lab, tell) => {
    const evidence = await lab.observe();
    await lab.pull('expire');
    const burst = await lab.burst(BURST);
    tell(narration.tellExpired({ ...(await evidence()), burst }));
  },

  'lose-answer': async (lab, tell) => {
    const evidence = await lab.observe();
    await lab.pull('lose-answer');
    // So that the renewal cannot wait: while its token is good, a worker that got no answer is in no hurry.
    await lab.pull('expire');
    // Where the session ends, its requests go on waiting for the person.
    await Promise.race([lab.burst(BURST), lab.ended(REPEATED_WITHIN_MS)]);
    tell(narration.tellLostAnswer(await evidence()));
  },

  narrow: async (lab, tell) => {
    const evidence = await lab.observe();
    await lab.pull(lab.session.status.missingScopes ? 'widen' : 'narrow');
    await settled(lab.session.renew());
    tell(narration.tellNarrowed(await evidence()));
  },

  revoke: async (lab, tell) => {
    const evidence = await lab.observe();
    await lab.pull('revoke');
    // That it is over, this page is told as every tab is, and not by the answer.
    if (!(await settled(lab.session.renew()))) await lab.ended(HEARD_WITHIN_MS);
    tell(narration.tellRevoked(await evidence()));
  },

  outage: async (lab, tell) => {
    const evidence = await lab.observe();
    const { seconds } = await lab.pull<{ seconds: number }>('outage');
    await lab.pull('expire');
    tell(
      `The authorization server is down for ${seconds} s, and no token is good. Requests wait in the worker.`,
    );
    const burst = await lab.burst(BURST);
    tell(narration.tellOutage({ ...(await evidence()), burst }, seconds));
  },

  slow: async (lab, tell) => {
    const evidence = await lab.observe();
    const slowness = await lab.pull<{ tokenSeconds: number; apiSeconds: number }>('slow');
    await lab.pull('expire');
    const burst = await lab.burst(BURST);
    tell(narration.tellSlow({ ...(await evidence()), burst }, slowness));
  },

  clock: async (lab, tell) => {
    const evidence = await lab.observe();
    const clock = await lab.pull<{ aheadSeconds: number; leftSeconds: number }>(
      aheadSeconds > 0 ? 'clock-right' : 'clock-ahead',
    );
    aheadSeconds = clock.aheadSeconds;
    const burst = await lab.burst(BURST);
    tell(narration.tellClock({ ...(await evidence()), burst }, clock));
  },

  kill: async (_lab, tell) => tell(narration.KILL_ASKED),

  'step-up': async (lab, tell) => {
    const stop = lab.session.subscribe(({ phase }) => {
      if (phase === 'verification-required') tell(narration.STEP_UP_ASKED);
    });
    const isPlaced = await settled(placeOrder({ ...LARGE_ORDER, id: crypto.randomUUID() }));
    stop();
    tell(narration.tellStepUp(isPlaced));
  },

  'second-device': async (lab, tell) => {
    const { refreshTokens } = await lab.pull<{ refreshTokens: number }>('second-device');
    tell(narration.tellSecondDevice(refreshTokens));
  },

  'sign-out-elsewhere': async (lab, tell) => {
    const evidence = await lab.observe();
    const ended = lab.ended(HEARD_WITHIN_MS);
    const { at } = await lab.pull<{ at: number }>('sign-out-elsewhere');
    const tookSeconds = Math.max(0, (await ended) - at) / 1000;
    tell(narration.tellSignedOutElsewhere({ ...(await evidence()), tookSeconds }));
  },
};

/** Whether it went well. */
function settled(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
