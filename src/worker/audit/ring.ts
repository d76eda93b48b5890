import { SessionKeeperError } from '../../shared/errors.js';
import type { Stored, Vault } from '../vault/vault.js';
import { type ChainEnds, type ChainedEntry, type Draft, firstBreak, hashOf } from './chain.js';

/** Names of the log's records in the vault. Each is sealed with its name, so none can take another's place. */
export const AUDIT_RECORD = {
  head: 'audit-head',
  /** Followed by a number: 50 entries. */
  segment: 'audit:',
  /** Followed by an id: what a worker that was stopped did not put into its place. */
  pending: 'audit-pending:',
  delivered: 'audit-delivered',
} as const;

/** Few enough that a record is sealed again for each entry, and many enough that the vault holds few records. */
const SEGMENT = 50;
/** Another worker may write each time. */
const MOST_TRIES = 5;

/** The options that a later worker's are compared with, each as a text. */
export type Settings = Readonly<Record<string, string>>;

/** Where the log ends. */
export interface Head extends ChainEnds {
  readonly log: string;
  readonly settings?: Settings | undefined;
}

interface Found {
  readonly head: Head;
  /** Of its record, if there is one. */
  readonly version: string | undefined;
  /** The entries of the last segment. */
  readonly tail: readonly ChainedEntry[];
  /** What was done to the log since this worker, or the one that wrote the session, last knew it. */
  readonly broken?: string;
}

/**
 * The log's records: segments of entries, each chained to the one before, and the head that says where they end. Whoever writes them in a
 * page can only remove them, or put former ones back.
 */
export class AuditRing {
  readonly #vault: Vault;
  readonly #most: number;
  readonly #markOfSession: () => number | undefined;
  /** What this worker knows of it. */
  #known: Head | undefined;
  #isUnreadable = false;

  /** @param markOfSession the place that the log had come to when the session's record was written */
  constructor(vault: Vault, most: number, markOfSession: () => number | undefined) {
    this.#vault = vault;
    this.#most = most;
    this.#markOfSession = markOfSession;
  }

  /** The place of the last entry, as far as it is known. */
  get seq(): number | undefined {
    return this.#known?.seq;
  }

  /** Of the last worker that noted them. */
  get settings(): Settings | undefined {
    return this.#known?.settings;
  }

  /** Reads where the log ends, and notes in it what was done to it. */
  look(draftBreak: (cause: string) => Draft): Promise<boolean> {
    return this.append([], draftBreak);
  }

  /**
   * Puts entries at the log's end, in one transaction. One that is there already is not put a second time.
   *
   * @param more what is written with it, and what may stand in its way
   * @returns whether they are there; `false` when other workers came first each time
   * @throws SessionKeeperError `vault_unavailable`
   */
  async append(
    drafts: readonly Draft[],
    draftBreak: (cause: string) => Draft,
    more: {
      readonly remove?: readonly string[];
      readonly expect?: readonly { readonly name: string; readonly version: string }[];
      readonly settings?: Settings;
    } = {},
  ): Promise<boolean> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const { head, version, tail, broken } = await this.#find();
      const added = drafts.filter(({ id }) => !tail.some((entry) => entry.id === id));
      const all = broken ? [draftBreak(broken), ...added] : added;
      const { expect = [], remove = [], settings = head.settings } = more;
      if (all.length === 0 && remove.length === 0 && settings === head.settings) {
        // Another worker may begin the log at the same time, and names it.
        if (version !== undefined) this.#known = head;
        return true;
      }
      const entries = await chained(all, head);
      const last = entries.at(-1);
      const seq = last?.seq ?? head.seq;
      const first = this.#firstKept(head.first, seq);
      const next: Head = { ...head, first, seq, hash: last ? await hashOf(last) : head.hash, settings };
      const isWritten = await this.#vault.commit({
        expect: [{ name: AUDIT_RECORD.head, version }, ...expect],
        put: [...segments(tail, entries), { name: AUDIT_RECORD.head, value: next }],
        remove: [...remove, ...droppedSegments(head.first, first)],
      });
      if (isWritten) {
        this.#known = next;
        this.#isUnreadable = false;
        return true;
      }
      // Another worker has put them there.
      if (await this.#isGone(expect)) return true;
    }
    return false;
  }

  /** Everything that is kept, and where it is not as it was written. */
  async read(): Promise<{
    readonly entries: readonly ChainedEntry[];
    readonly brokenAt: number | undefined;
  }> {
    for (let tries = 0; ; tries += 1) {
      const { head, version } = await this.#find();
      const entries = await this.#entries(head.first, head.seq);
      // Another worker may have dropped the oldest ones meanwhile.
      const isSame = (await this.#readHead())?.version === version;
      if (isSame || tries === MOST_TRIES) return { entries, brokenAt: await firstBreak(entries, head) };
    }
  }

  /** The entries after this one, the oldest first; from the oldest that is kept, where the log does not have this one in its place. */
  async after(
    delivered: { readonly seq: number; readonly id: string } | undefined,
    most: number,
  ): Promise<readonly ChainedEntry[]> {
    const { head } = await this.#find();
    let from = head.first;
    if (delivered && delivered.seq >= head.first) {
      const [same] = await this.#entries(delivered.seq, delivered.seq);
      if (same?.id === delivered.id) from = delivered.seq + 1;
    }
    return (await this.#entries(from, Math.min(head.seq, from + most - 1))).slice(0, most);
  }

  async #entries(from: number, to: number): Promise<readonly ChainedEntry[]> {
    const entries: ChainedEntry[] = [];
    for (let segment = segmentOf(from); segment <= segmentOf(to); segment += 1)
      entries.push(...((await this.#segment(segment)) ?? []));
    return entries.filter(({ seq }) => seq >= from && seq <= to);
  }

  async #segment(number: number): Promise<readonly ChainedEntry[] | undefined> {
    const stored = await this.#vault
      .read<readonly ChainedEntry[]>(AUDIT_RECORD.segment + number)
      .catch(unlessUnreadable);
    return stored?.value;
  }

  async #find(): Promise<Found> {
    const stored = await this.#readHead();
    const mark = this.#markOfSession() ?? 0;
    if (!stored) return this.#without(mark);
    const { value: head, version } = stored;
    const known = this.#known;
    const tail = (await this.#segment(segmentOf(head.seq))) ?? [];
    const isKnown =
      !known ||
      (known.log === head.log &&
        (head.seq > known.seq || (head.seq === known.seq && head.hash === known.hash)));
    if (isKnown && head.seq >= mark) return { head, version, tail };
    // What was put back is a former state: the chain goes on after what has been, and its gap stays to be seen.
    const seq = Math.max(head.seq, known?.seq ?? 0, mark);
    const hash = known && known.seq === seq ? known.hash : head.hash;
    return { head: { ...head, seq, hash }, version, tail: upTo(seq, tail), broken: 'rolled_back' };
  }

  /** There is no head: this browser has had no log, or its log was taken away. */
  async #without(mark: number): Promise<Found> {
    const numbers = (await this.#vault.names(AUDIT_RECORD.segment))
      .map((name) => Number(name.slice(AUDIT_RECORD.segment.length)))
      .sort((one, other) => other - one);
    let tail: readonly ChainedEntry[] = [];
    for (const number of numbers) {
      tail = (await this.#segment(number)) ?? [];
      if (tail.length > 0) break;
    }
    const last = tail.at(-1);
    const known = this.#known;
    const seq = Math.max(last?.seq ?? 0, known?.seq ?? 0, mark);
    const hash = known && known.seq === seq ? known.hash : last ? await hashOf(last) : '';
    const log = known?.log ?? last?.log ?? crypto.randomUUID();
    const first = known?.first ?? Math.min(...numbers.map((number) => number * SEGMENT + 1), seq + 1);
    const isNew = seq === 0 && numbers.length === 0;
    const broken = this.#isUnreadable ? 'unreadable' : isNew ? undefined : 'removed';
    return {
      head: { log, seq, hash, first: Math.min(first, seq + 1), settings: known?.settings },
      version: undefined,
      tail: upTo(seq, tail),
      ...(broken && { broken }),
    };
  }

  /** One that this browser's worker did not write must not stand in the way. */
  async #readHead(): Promise<Stored<Head> | undefined> {
    try {
      return await this.#vault.read<Head>(AUDIT_RECORD.head);
    } catch (error) {
      unlessUnreadable(error);
      this.#isUnreadable = true;
      await this.#vault.commit({ remove: [AUDIT_RECORD.head] });
      return undefined;
    }
  }

  #firstKept(first: number, seq: number): number {
    let kept = first;
    while (seq - kept + 1 > this.#most) kept = segmentOf(kept) * SEGMENT + SEGMENT + 1;
    return kept;
  }

  async #isGone(expect: readonly { readonly name: string; readonly version: string }[]): Promise<boolean> {
    for (const { name, version } of expect)
      if ((await this.#vault.read(name).catch(unlessUnreadable))?.version !== version) return true;
    return false;
  }
}

async function chained(drafts: readonly Draft[], { log, seq, hash }: Head): Promise<readonly ChainedEntry[]> {
  const entries: ChainedEntry[] = [];
  let former = hash;
  for (const draft of drafts) {
    const entry = { ...draft, log, seq: seq + entries.length + 1, former };
    entries.push(entry);
    former = await hashOf(entry);
  }
  return entries;
}

/** The segments that new entries are in, with those that were in them before. */
function segments(tail: readonly ChainedEntry[], added: readonly ChainedEntry[]) {
  const all = [...tail, ...added];
  return [...new Set(added.map(({ seq }) => segmentOf(seq)))].map((number) => ({
    name: AUDIT_RECORD.segment + number,
    value: all.filter(({ seq }) => segmentOf(seq) === number),
  }));
}

function droppedSegments(from: number, to: number): string[] {
  const names: string[] = [];
  for (let number = segmentOf(from); number < segmentOf(to); number += 1)
    names.push(AUDIT_RECORD.segment + number);
  return names;
}

function segmentOf(seq: number): number {
  return Math.floor((Math.max(seq, 1) - 1) / SEGMENT);
}

function upTo(last: number, entries: readonly ChainedEntry[]): readonly ChainedEntry[] {
  return entries.filter(({ seq }) => seq <= last);
}

/** @throws any other error */
function unlessUnreadable(error: unknown): undefined {
  if (!(error instanceof SessionKeeperError) || error.code !== 'vault_unreadable') throw error;
}
