import type { AuditEntry } from '../../shared/audit-entry.js';
import { toBase64url } from '../../shared/base64url.js';

/** An entry before it has its place. */
export interface Draft extends Omit<AuditEntry, 'seq' | 'kind' | 'cause'> {
  readonly kind: AuditEntry['kind'];
  readonly cause: string;
  /** Whose session it is; a page is not told. */
  readonly subject?: string;
}

/** An entry as it is sealed, and as the application's server gets it. */
export interface ChainedEntry extends Draft {
  readonly seq: number;
  /** Tells the logs of browsers apart. */
  readonly log: string;
  /** The {@link hashOf} of the entry before; empty in a log's first. */
  readonly former: string;
}

/** SHA-256 (FIPS 180-4) of an entry's JSON, base64url. It covers the hash of the entry before, and so all that came before. */
export async function hashOf(entry: ChainedEntry): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(entry));
  return toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

/** What is known of a chain beside its entries. */
export interface ChainEnds {
  /** The place of the oldest entry that is kept. */
  readonly first: number;
  /** The place of the last entry, and its hash. */
  readonly seq: number;
  readonly hash: string;
}

/** @returns the place of the first entry that is missing, is not the one that was written, or tells that the log was broken */
export async function firstBreak(
  entries: readonly ChainedEntry[],
  { first, seq, hash }: ChainEnds,
): Promise<number | undefined> {
  let next = first;
  let former: string | undefined;
  for (const entry of entries) {
    const isNext = entry.seq === next && (former === undefined || entry.former === former);
    if (!isNext || entry.kind === 'log-broken') return Math.min(next, entry.seq);
    next += 1;
    former = await hashOf(entry);
  }
  if (next <= seq) return next;
  return former === undefined || former === hash ? undefined : seq;
}
