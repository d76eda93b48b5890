import { SessionKeeperError } from '../../shared/errors.js';
import type { PolicyInput } from '../../shared/policy-types.js';
import type { NoteToWrite } from '../audit/audit-log.js';
import type { Stored, Vault } from '../vault/vault.js';
import type { Floors } from './put-in-force.js';

/** Name of the record in the vault. It outlives a sign-out. */
const PIN = 'policy';

/** A fetched policy as it was written, and until when it ends no session. */
export interface Pin extends Floors {
  readonly version: number;
  readonly policy: PolicyInput;
}

export interface PinRecord {
  readonly askedAt: number;
  readonly pin?: Pin | undefined;
  /** What was refused last, so that it is told once. */
  readonly refused?: string | undefined;
}

/** What another key sealed, or nobody, says nothing, and must not stand in the way. */
export async function readPin(vault: Vault): Promise<Stored<PinRecord> | undefined> {
  try {
    return await vault.read<PinRecord>(PIN);
  } catch (error) {
    if (!(error instanceof SessionKeeperError) || error.code !== 'vault_unreadable') throw error;
    await vault.commit({ remove: [PIN] });
    return undefined;
  }
}

/**
 * @param note what the audit log says of it
 * @returns whether it was written; `false` when another worker came first
 */
export async function writePin(
  vault: Vault,
  former: Stored<PinRecord> | undefined,
  value: PinRecord,
  note?: NoteToWrite,
): Promise<boolean> {
  const isWritten = await vault.commit({
    expect: [{ name: PIN, version: former?.version }],
    put: [{ name: PIN, value }, ...(note ? [note.record] : [])],
  });
  if (isWritten) note?.written();
  return isWritten;
}
