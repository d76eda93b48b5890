import type { AuditReading } from '../../shared/audit-entry.js';
import { SessionKeeperError } from '../../shared/errors.js';
import type { SessionPhase } from '../../shared/session-status.js';
import type { Handlers } from '../commands.js';
import type { Keeper } from '../keeper.js';
import { isSamePerson, type Person } from '../session-record.js';
import type { ChainedEntry } from './chain.js';
import type { AuditRing } from './ring.js';

const NOBODY: readonly SessionPhase[] = ['signed-out', 'signing-in', 'ended'];

/** Gives pages the signed-in person's entries. */
export function withAuditLog(
  keeper: Keeper,
  person: () => Person | undefined,
  read: () => ReturnType<AuditRing['read']>,
): Keeper {
  const { hello, touch } = keeper.commands;
  const commands: Handlers & { readonly auditLog: () => Promise<AuditReading> } = {
    ...keeper.commands,
    hello: async () => ({ ...(await hello()), audits: true }),
    auditLog: async () => {
      // It ends the session first, where one of its limits is over.
      const { phase } = await touch('limit');
      const reader = NOBODY.includes(phase) ? undefined : person();
      if (!reader) throw new SessionKeeperError('not_signed_in', 'Sign in to read the log.');
      const { entries, brokenAt } = await read();
      return {
        entries: entries.filter((entry) => isOf(entry, reader)).map(toldToPage),
        intact: brokenAt === undefined,
        ...(brokenAt !== undefined && { brokenAt }),
      };
    },
  };
  return { ...keeper, commands };
}

function isOf({ session, subject }: ChainedEntry, reader: Person): boolean {
  return session !== undefined && isSamePerson({ attempt: session, subject }, reader);
}

/** Without the subject, which `claims` may keep from pages, and without the hash, which covers it: whoever knows it can go on with the chain. */
function toldToPage({ subject: _, log: __, former: ___, ...entry }: ChainedEntry) {
  return entry as AuditReading['entries'][number];
}
