import type { Session } from '../session.js';
import type { SessionRecord } from '../session-record.js';
import type { UnusualUseReport } from './unusual-use-report.js';

/**
 * Notices a session that is older than it was, or is bound to another key although nobody signed in. A script cannot open or make a
 * record, but it can keep a copy of one and put it back. What a worker before this one knew is not known any more.
 */
export class RecordWatch {
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
    const latest = this.#latest?.attempt === record.attempt ? this.#latest : record;
    if (record.generation < latest.generation) {
      this.#report.add('rollback', 'An older record of the session was put back into the vault.');
      return;
    }
    if (keyOf(record) !== keyOf(latest))
      this.#report.add(
        'second_key',
        "The session's tokens are bound to another key, although nobody signed in.",
      );
    this.#latest = record;
  }
}

/** A key's public half (RFC 7638 §3.2 makes its thumbprint of the same). */
function keyOf({ dpopKey }: SessionRecord): string | undefined {
  return dpopKey && `${dpopKey.x}.${dpopKey.y}`;
}
