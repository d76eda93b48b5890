import type { Clock } from '../../shared/clock.js';
import type { WorkerEvent } from '../../shared/protocol.js';
import type { LimitsOptions, UnusualUse } from './limits.js';
import { RateLimit } from './rate-limit.js';

/** Tells the worker, the application's code in it and its pages of unusual use, once a minute for each kind. */
export class UnusualUseReport {
  readonly #rate: RateLimit;
  readonly #tell: (event: WorkerEvent) => Promise<void>;
  readonly #onUnusualUse: LimitsOptions['onUnusualUse'];
  readonly #note: (kind: UnusualUse['kind']) => void;

  constructor(
    clock: Clock,
    tell: (event: WorkerEvent) => Promise<void>,
    onUnusualUse: LimitsOptions['onUnusualUse'],
    note: (kind: UnusualUse['kind']) => void,
  ) {
    this.#rate = new RateLimit(() => 1, clock);
    this.#tell = tell;
    this.#onUnusualUse = onUnusualUse;
    this.#note = note;
  }

  add(kind: UnusualUse['kind'], message: string): void {
    if (this.#rate.waitMs(kind) > 0) return;
    this.#note(kind);
    void this.#tell({ type: 'problem', problem: { code: 'unusual_use', message, retryable: false } });
    // What the application does with it must not break the request that it is told of.
    void Promise.resolve({ kind, message }).then(this.#onUnusualUse).catch(console.error);
  }
}
