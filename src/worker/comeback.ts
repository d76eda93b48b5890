import type { RecoveryParts } from './recovery.js';
import { beginning } from './session-changes.js';
import { type EndRecord, isSamePerson, RECORD, type SessionRecord } from './session-record.js';
import type { Stored } from './vault/vault.js';

type Parts = Pick<RecoveryParts, 'session' | 'vault'>;

/**
 * Takes over what a silent frame brought, if the session that it was asked for is still missing, and is the same person's.
 * Nobody signed in, so the limits count on from where they were.
 *
 * @returns whether it was taken
 */
export async function comeBack(
  parts: Parts,
  record: SessionRecord,
  obsolete: readonly string[],
): Promise<boolean> {
  const { version, value: { recovering } = {} } = (await missing(parts)) ?? {};
  if (!recovering || !isSamePerson(recovering, record)) return false;
  const { signedInAt, lastInputAt } = recovering;
  return parts.session.write({
    ...beginning({ ...record, signedInAt }, lastInputAt, obsolete),
    expect: [{ name: RECORD.end, version }],
  });
}

/** The session does not come back by itself. */
export async function stayAway(parts: Parts): Promise<void> {
  const end = await missing(parts);
  if (!end) return;
  const { recovering: _, ...final } = end.value;
  await parts.session.write({
    expect: [{ name: RECORD.end, version: end.version }],
    put: [{ name: RECORD.end, value: final }],
  });
}

/** The end of the session that this worker misses, as it is written down now: another worker may have come to another one since. */
async function missing({ session, vault }: Parts): Promise<Stored<EndRecord> | undefined> {
  await session.reload();
  return session.recovering && vault.read<EndRecord>(RECORD.end);
}
