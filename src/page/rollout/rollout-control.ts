import { SessionKeeperError } from '../../shared/errors.js';
import { planOf, type RolloutMode, type RolloutPlan } from '../../shared/rollout.js';
import type { Session } from '../session-client.js';
import type { RolloutAnswer } from './ask-rollout.js';
import type { BrowserRecord } from './browser-record.js';
import { type Decision, decide } from './decision.js';
import type { Installation } from './installed-keeper.js';
import type { Rollout, RolloutOptions, Way } from './options.js';
import type { WayLock } from './way-lock.js';

/** Where nothing is known yet, everything stays as it is without the keeper. */
const NOBODY: RolloutPlan = { mode: 'off', percentage: 0, cohort: [], deadline: undefined };
const REGISTER_DEADLINE_MS = 60_000;
const START_DEADLINE_MS = 30_000;
/** A keeper that is to go must not be able to stay by seeming interrupted. */
const MOST_PUT_OFF = 3;

/** What tabs tell each other. A forged one makes a tab look, and nothing more: what is there is the browser's word. */
export type RolloutMessage = 'leaving' | 'changed';

export interface RolloutParts {
  readonly options: RolloutOptions;
  /** `undefined` where the plan is in the code. */
  readonly ask: (() => Promise<RolloutAnswer>) | undefined;
  readonly record: BrowserRecord;
  readonly keeper: Installation;
  readonly lock: WayLock;
  readonly now: () => number;
  readonly tell: (message: RolloutMessage) => void;
  /** Begins or stops to count. */
  readonly observe: (isOn: boolean) => void;
  readonly notice: (deadline: number) => void;
}

/** Follows the plan in one page. Whether a browser has the keeper is told by its worker alone: it has one, or it has none. */
export class RolloutControl implements Rollout {
  readonly #parts: RolloutParts;
  #plan = NOBODY;
  #way: Way = 'former';
  #session: Session | undefined;
  /** The former way can send requests. */
  #isReady = false;
  /** There is a keeper that this page could not come to. */
  #isShutOut = false;
  #fallsBack = true;
  #aligning: Promise<void> | undefined;
  #noticed: number | undefined;

  constructor(parts: RolloutParts) {
    this.#parts = parts;
  }

  get way(): Way {
    return this.#way;
  }

  get session(): Session | undefined {
    return this.#session;
  }

  get mode(): RolloutMode {
    return this.#plan.mode;
  }

  /** The moment of the plan that is still to come. */
  get deadline(): number | undefined {
    const { deadline = 0 } = this.#plan;
    return deadline > this.#parts.now() ? deadline : undefined;
  }

  /** @throws what `register` does, where the keeper is required */
  async start(): Promise<void> {
    await this.#learn();
    await this.#follow();
    // The other one was told when it came.
    if (this.#way === 'former') this.#parts.options.onWay?.('former', undefined);
  }

  async check(): Promise<void> {
    try {
      await this.#learn();
      await this.#follow();
    } catch (error) {
      this.#report(error);
    }
  }

  async send<T extends { readonly status: number }>(work: (way: Way) => Promise<T>): Promise<T> {
    const { lock } = this.#parts;
    const [response, way] = await lock.along(async (): Promise<[T, Way]> => {
      await this.#align();
      const now = this.#way;
      return [await work(now), now];
    });
    if (response.status !== 401) return response;
    return lock.along(async () => {
      await this.#align();
      return this.#way === way ? response : work(this.#way);
    });
  }

  /** Another tab is about to change the way, or has done so. */
  hear(message: RolloutMessage): void {
    // What the session tells from now on is not for a person.
    if (message === 'leaving' && this.#way === 'keeper') this.#become('former');
    if (message === 'changed') void this.#parts.lock.along(() => this.#align()).catch(this.#report);
  }

  /** What the server says; where it says nothing now, what it said last. */
  async #learn(): Promise<void> {
    const { ask, record, options } = this.#parts;
    if (!ask) {
      this.#plan = planOf(options.rollout);
      return;
    }
    const answer = await ask();
    try {
      if (answer !== 'away') {
        this.#plan = planOf(answer.rollout);
        record.update({ plan: answer.rollout });
        return;
      }
    } catch (cause) {
      const message = `The rollout of the fetched policy was refused, and the one before it is followed. ${(cause as Error).message}`;
      this.#report(new SessionKeeperError('policy_refused', message, { cause }));
    }
    const { plan } = record.read();
    if (plan !== undefined) this.#plan = planOrNobody(plan);
  }

  async #follow(): Promise<void> {
    const { options, record, keeper, lock, now } = this.#parts;
    const decision = decide(this.#plan, record.read().place, options.cohorts ?? [], now());
    const waitMs = (options.waitSeconds ?? 10) * 1000;
    this.#fallsBack = decision.fallsBack;
    this.#isShutOut = false;
    this.#parts.observe(decision.observes);
    this.#notice(decision);
    if ((await keeper.isThere()) !== (decision.way === 'keeper'))
      await lock.alone(() => this.#change(decision.way), waitMs);
    await lock.along(() => this.#align());
    if (record.read().isLeft && (await keeper.hasVault())) await lock.alone(() => this.#clearUp(), waitMs);
  }

  #notice({ deadline }: Decision): void {
    if (deadline === undefined || deadline === this.#noticed) return;
    this.#noticed = deadline;
    this.#parts.notice(deadline);
  }

  /** No request is under way on the lock, in any tab. */
  async #change(way: Way): Promise<void> {
    const { keeper, record, tell } = this.#parts;
    // Another tab was first.
    if ((await keeper.isThere()) === (way === 'keeper')) return;
    if (way === 'keeper') await this.#bringIn();
    else {
      if (await this.#isPutOff()) return;
      tell('leaving');
      if (this.#way === 'keeper') this.#become('former');
      record.update({ isLeft: true });
      await keeper.remove();
      record.update({ putOff: 0 });
      await this.#prepare();
    }
    tell('changed');
  }

  async #bringIn(): Promise<void> {
    try {
      await this.#join();
    } catch (error) {
      if (!this.#fallsBack) throw error;
      this.#report(error);
      this.#parts.record.update({ isLeft: true });
      await this.#parts.keeper.remove();
    }
  }

  /** For as long as the keeper is not back: nobody tells when the worker of a removed one is gone from the last page of the last tab. */
  async #clearUp(): Promise<void> {
    const { keeper, record } = this.#parts;
    if (await keeper.isThere()) record.update({ isLeft: false });
    else await keeper.forget();
  }

  /** While the authorization server is away, the former way could not sign in. */
  async #isPutOff(): Promise<boolean> {
    const { record, keeper, options } = this.#parts;
    const { putOff = 0 } = record.read();
    if (!options.former || putOff >= MOST_PUT_OFF || !(await keeper.isInterrupted())) return false;
    record.update({ putOff: putOff + 1 });
    return true;
  }

  /** Takes the way that the browser is on. */
  #align(): Promise<void> {
    this.#aligning ??= this.#alignNow().finally(() => {
      this.#aligning = undefined;
    });
    return this.#aligning;
  }

  async #alignNow(): Promise<void> {
    const isThere = await this.#parts.keeper.isThere();
    if (!isThere && this.#way === 'keeper') this.#become('former');
    if (isThere && this.#way === 'former' && !this.#isShutOut) {
      try {
        await this.#join();
      } catch (error) {
        if (!this.#fallsBack) throw error;
        this.#isShutOut = true;
        this.#report(error);
      }
    }
    if (this.#way === 'former') await this.#prepare();
  }

  async #join(): Promise<void> {
    const session = await inTime(this.#parts.options.register(), REGISTER_DEADLINE_MS);
    this.#become('keeper', session);
  }

  async #prepare(): Promise<void> {
    if (this.#isReady) return;
    try {
      await inTime(Promise.resolve(this.#parts.options.former?.start()), START_DEADLINE_MS);
      this.#isReady = true;
    } catch (error) {
      this.#report(error);
    }
  }

  #become(way: Way, session?: Session): void {
    this.#way = way;
    this.#session = session;
    this.#isReady = false;
    this.#parts.options.onWay?.(way, session);
  }

  readonly #report = (problem: unknown): void => {
    (this.#parts.options.onProblem ?? console.warn)(problem);
  };
}

/** A former build may have stored what this one does not know. */
function planOrNobody(plan: unknown): RolloutPlan {
  try {
    return planOf(plan);
  } catch {
    return NOBODY;
  }
}

async function inTime<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException('It took too long.', 'TimeoutError')), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
