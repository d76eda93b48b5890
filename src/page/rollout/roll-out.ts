import { objectOf, refuse } from '../../shared/misuse.js';
import { isCohort, planOf } from '../../shared/rollout.js';
import { askRollout } from './ask-rollout.js';
import { BrowserRecord } from './browser-record.js';
import { InstalledKeeper } from './installed-keeper.js';
import { checkObserve, Observer } from './observe.js';
import type { Rollout, RolloutNotice, RolloutOptions } from './options.js';
import { RolloutControl, type RolloutMessage } from './rollout-control.js';
import { WayLock } from './way-lock.js';

const CHANNEL = 'session-keeper:rollout';
/** Dispatched on `globalThis`, with a {@link RolloutNotice} as its detail. */
const NOTICE_EVENT = 'session-keeper:rollout-notice';

const OPTIONS = [
  'rollout',
  'worker',
  'register',
  'former',
  'cohorts',
  'observe',
  'onWay',
  'onNotice',
  'onProblem',
  'everyMinutes',
  'waitSeconds',
];

/**
 * Brings the keeper in for a part of the browsers, or takes it away, while people work. Decides before anything is registered. Call it once, in
 * each page, in the place of `registerSessionKeeper`; it resolves when the page can send requests.
 *
 * ```ts
 * const rollout = await rollOut({ rollout: 'policy', worker: '/service-worker.js', register, former: { start } });
 * const orders = await rollout.send((way) => (way === 'keeper' ? fetch(url) : formerFetch(url)));
 * ```
 *
 * @throws TypeError for a wrong option, or a wrong plan in it
 * @throws what `register` does, where the mode is `required` and the deadline is over
 */
export async function rollOut(options: RolloutOptions): Promise<Rollout> {
  const { rollout, onNotice } = options;
  const { everyMinutes, worker } = checked(options);
  const channel = new BroadcastChannel(CHANNEL);
  const observer = options.observe && new Observer(options.observe);
  const control = new RolloutControl({
    options,
    ask: rollout === 'policy' ? () => askRollout(worker) : undefined,
    record: new BrowserRecord(localStorageOrNone(), Math.random),
    keeper: new InstalledKeeper(navigator.serviceWorker, worker),
    lock: new WayLock(navigator.locks),
    now: Date.now,
    tell: (message) => channel.postMessage(message),
    observe: (isOn) => observer?.set(isOn),
    notice: (deadline) => {
      const detail: RolloutNotice = { deadline };
      onNotice?.(detail);
      dispatchEvent(new CustomEvent(NOTICE_EVENT, { detail }));
    },
  });
  channel.onmessage = ({ data }: MessageEvent<RolloutMessage>) => control.hear(data);
  await control.start();
  look(control, everyMinutes * 60_000);
  return control;
}

/** Again and again, at the deadline, and when a page comes back that was away for longer than that. */
function look(control: RolloutControl, intervalMs: number): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lookedAt = 0;
  const wait = () => {
    lookedAt = Date.now();
    const leftMs = (control.deadline ?? Number.POSITIVE_INFINITY) - lookedAt;
    clearTimeout(timer);
    timer = setTimeout(again, Math.min(leftMs, intervalMs));
  };
  const again = async () => {
    wait();
    await control.check();
  };
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && Date.now() - lookedAt >= intervalMs) void again();
  });
  wait();
}

function checked(options: RolloutOptions): { readonly everyMinutes: number; readonly worker: URL } {
  objectOf('(all of them)', options, OPTIONS, '');
  const { rollout, worker, register, former, cohorts = [], observe } = options;
  const { everyMinutes = 15, waitSeconds = 10 } = options;
  if (rollout !== 'policy') planOf(rollout);
  if (!URL.canParse(worker, document.baseURI))
    refuse('worker', worker, "the URL of the worker's script, like /service-worker.js");
  if (typeof register !== 'function') refuse('register', register, 'a function that registers the keeper');
  if (former !== undefined && typeof former?.start !== 'function')
    refuse('former', former, 'an object with the function start, or nothing');
  if (!isCohort(cohorts)) refuse('cohorts', cohorts, 'a list of names of 1 to 100 characters');
  if (observe !== undefined) checkObserve(observe);
  for (const name of ['onWay', 'onNotice', 'onProblem'] as const)
    if (options[name] !== undefined && typeof options[name] !== 'function')
      refuse(name, options[name], 'a function, or nothing');
  if (!(everyMinutes >= 1 && everyMinutes <= 1440))
    refuse('everyMinutes', everyMinutes, 'a number from 1 to 1440');
  if (!(waitSeconds >= 1 && waitSeconds <= 60)) refuse('waitSeconds', waitSeconds, 'a number from 1 to 60');
  return { everyMinutes, worker: new URL(worker, document.baseURI) };
}

/** A browser that forbids storage throws already where it is named. */
function localStorageOrNone(): Pick<Storage, 'getItem' | 'setItem'> {
  try {
    return localStorage;
  } catch (error) {
    const none = () => {
      throw error;
    };
    return { getItem: none, setItem: none };
  }
}
