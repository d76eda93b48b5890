import type { Session } from './session.js';
import { beginning } from './session-changes.js';
import { isSamePerson, RECORD, type SessionRecord } from './session-record.js';

/**
 * Takes over what a silent frame brought, if the session that it was asked for is still missing, and is the same person's.
 * Nobody signed in, so the limits count on from where they were.
 *
 * @returns whether it was taken
 */
export async function comeBack(
  session: Session,
  record: SessionRecord,
  obsolete: readonly string[],
): Promise<boolean> {
  const { recovering, lastEnd: end } = session;
  if (!recovering || !isSamePerson(recovering, record)) return false;
  const { signedInAt, lastInputAt } = recovering;
  return session.write({
    ...beginning({ ...record, signedInAt }, lastInputAt, obsolete),
    expect: [{ name: RECORD.end, version: end?.version }],
  });
}

/** The session does not come back by itself. */
export async function stayAway(session: Session): Promise<void> {
  const { recovering, lastEnd: end } = session;
  if (!recovering || !end) return;
  const { recovering: _, ...final } = end.value;
  await session.write({
    expect: [{ name: RECORD.end, version: end.version }],
    put: [{ name: RECORD.end, value: final }],
  });
}
