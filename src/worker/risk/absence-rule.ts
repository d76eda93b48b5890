import type { Verification } from '../../shared/session-status.js';
import { type ActivityRecord, RECORD } from '../session-record.js';
import type { Demands } from '../step-up/demands.js';
import type { StepUpParts } from '../step-up/step-up.js';

type Parts = Pick<StepUpParts, 'session' | 'vault' | 'environment'>;

/**
 * Nobody used the application for so long: whoever uses it next is to be verified. What a person did last is what the idle limit goes by, and
 * is in the vault, so a worker that starts knows it.
 */
export class AbsenceRule {
  readonly #parts: Parts;
  readonly #asked: Verification;
  readonly #demands: Pick<Demands, 'demand'>;
  /** By what this worker has seen itself. */
  #lastUseAt = 0;

  constructor(parts: Parts, asked: Verification, demands: Pick<Demands, 'demand'>) {
    this.#parts = parts;
    this.#asked = asked;
    this.#demands = demands;
  }

  async used(afterMs: number): Promise<void> {
    const { session, vault, environment } = this.#parts;
    const record = session.stored?.value;
    if (!record) return;
    const now = environment.clock.now();
    const isAbsent = (since: number) => now - since >= afterMs;
    if (!isAbsent(Math.max(this.#lastUseAt, record.signedInAt))) return;
    // Another worker may have seen more. What a script took away or put back makes an absence only longer.
    const stored = await vault.read<ActivityRecord>(RECORD.activity).catch(() => undefined);
    if (isAbsent(Math.max(stored?.value.lastInputAt ?? 0, record.signedInAt)))
      await this.#demands.demand('absence', this.#asked);
    else this.#lastUseAt = stored?.value.lastInputAt ?? 0;
  }
}
