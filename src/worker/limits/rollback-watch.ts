import type { Session } from '../session.js';
import type { SessionRecord } from '../session-record.js';
import type { UnusualUseReport } from './unusual-use-report.js';

/**
 * Notices a session that is older than it was. A script cannot open or make a record, but it can keep a copy of one and put it
 * back. What a worker before this one knew is not known any more.
 */
export class RollbackWatch {
  readonly #session: Session;
  readonly #report: UnusualUseReport;
  #latest: SessionRecord | undefined;

  constructor(session: Session, report: UnusualUseReport) {
    this.#session = session;
    this.#report = report;
  }

  look(): void {
    const record = this.#session.stored?.value;
    if (!record) return;
    const { attempt, generation } = this.#latest ?? record;
    if (record.attempt === attempt && record.generation < generation)
      this.#report.add('rollback', 'An older record of the session was put back into the vault.');
    else this.#latest = record;
  }
}
