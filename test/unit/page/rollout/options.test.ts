import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type RolloutOptions, rollOut } from '../../../../src/rollout.js';

const NOTHING = () => undefined;
const GOOD = { rollout: { mode: 'off' }, worker: '/service-worker.js', register: NOTHING };
const APIS = [{ origin: 'https://api.example.com' }];

beforeEach(() => {
  vi.stubGlobal('document', { baseURI: 'https://app.example.com/orders' });
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it.each([
  [{ rollout: undefined }, 'rollout'],
  [{ rollout: { mode: 'optional', percentage: 101 } }, 'rollout.percentage'],
  [{ worker: 'https://' }, 'worker'],
  [{ register: undefined }, 'register'],
  [{ former: { begin: NOTHING } }, 'former'],
  [{ cohorts: 'staff' }, 'cohorts'],
  [{ cohorts: [1] }, 'cohorts'],
  [{ observe: { apis: [], onReport: NOTHING } }, 'observe.apis'],
  [{ observe: { apis: APIS } }, 'observe.onReport'],
  [{ observe: { apis: APIS, onReport: NOTHING, tokenEndsAt: 1 } }, 'observe.tokenEndsAt'],
  [{ onWay: 'keeper' }, 'onWay'],
  [{ everyMinutes: 0 }, 'everyMinutes'],
  [{ everyMinutes: Number.NaN }, 'everyMinutes'],
  [{ waitSeconds: 61 }, 'waitSeconds'],
  [{ percentage: 10 }, 'percentage'],
])('%j is refused at start, by name', async (wrong, name) => {
  const options = { ...GOOD, ...wrong } as unknown as RolloutOptions;
  await expect(rollOut(options)).rejects.toThrow(`session-keeper: option ${name} is`);
});
