import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ChainedEntry, type Draft, hashOf } from '../../../../src/worker/audit/chain.js';
import { AUDIT_RECORD, AuditRing } from '../../../../src/worker/audit/ring.js';
import { MemoryVault } from '../../../../src/worker/vault/memory-vault.js';
import type { Change, Stored } from '../../../../src/worker/vault/vault.js';

let vault: MemoryVault;

beforeEach(() => {
  vault = new MemoryVault();
});

let ids = 0;
const draft = (cause = 'due'): Draft => ({
  id: `id-${++ids}`,
  at: ids,
  kind: 'renewal',
  cause,
  session: 'first',
  subject: 'ada',
});
const draftBreak = (cause: string): Draft => ({ ...draft(cause), kind: 'log-broken' });
const ringOf = (most = 1000, mark?: number) => new AuditRing(vault, most, () => mark);

async function write(ring: AuditRing, count: number): Promise<void> {
  for (let entry = 0; entry < count; entry += 1) await ring.append([draft()], draftBreak);
}

/** What a script of the page does in the worker's database: it can copy records, remove them, and put copies back. */
async function copy(): Promise<Map<string, Stored<unknown>>> {
  const records = new Map<string, Stored<unknown>>();
  for (const name of await vault.names('')) {
    const stored = await vault.read(name);
    if (stored) records.set(name, stored);
  }
  return records;
}

function putBack(records: Map<string, Stored<unknown>>, names = [...records.keys()]): Promise<boolean> {
  return vault.commit({ put: names.map((name) => ({ name, value: records.get(name)?.value })) });
}

const read = async (ring: AuditRing) => {
  await ring.look(draftBreak);
  const { entries, brokenAt } = await ring.read();
  return { places: entries.map(({ seq }) => seq), kinds: entries.map(({ kind }) => kind), brokenAt };
};

describe('entries', () => {
  it('are chained, over the bounds of segments and the lives of workers', async () => {
    await write(ringOf(), 49);
    await write(ringOf(), 3);
    const { entries, brokenAt } = await ringOf().read();
    expect(brokenAt).toBeUndefined();
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 52 }, (_, index) => index + 1));
    for (const [index, entry] of entries.entries())
      expect(entry.former).toBe(index === 0 ? '' : await hashOf(entries[index - 1] as ChainedEntry));
    expect(new Set(entries.map(({ log }) => log)).size).toBe(1);
  });

  it('are kept as many as the option says, and the oldest go', async () => {
    const ring = ringOf(100);
    await write(ring, 151);
    const { places, brokenAt } = await read(ring);
    expect([places.length, places[0], places.at(-1), brokenAt]).toEqual([51, 101, 151, undefined]);
    expect(await vault.names(AUDIT_RECORD.segment)).toHaveLength(2);
  });

  it('of two workers that write at once all get their place, each once', async () => {
    const [one, other] = [ringOf(), ringOf()];
    const same = draft();
    await Promise.all([one.append([draft(), same], draftBreak), other.append([draft(), same], draftBreak)]);
    const { places, brokenAt } = await read(ringOf());
    expect([places, brokenAt]).toEqual([[1, 2, 3], undefined]);
  });

  it('are not written where another worker has put them there', async () => {
    await vault.commit({ put: [{ name: 'audit-pending:1', value: [] }] });
    const ring = ringOf();
    const expected = [{ name: 'audit-pending:1', version: 'former' }];
    expect(await ring.append([draft()], draftBreak, { expect: expected })).toBe(true);
    expect((await read(ring)).places).toEqual([]);
  });
});

describe('a script of the page is found out that', () => {
  it.each([1, 3, 60])('removes the last entries: its %i', async (count) => {
    const ring = ringOf();
    await write(ring, 20);
    const before = await copy();
    await write(ring, count);
    await vault.commit({ remove: await vault.names('') });
    await putBack(before);
    const { kinds, brokenAt } = await read(ring);
    expect(brokenAt).toBe(21);
    expect(kinds.at(-1)).toBe('log-broken');
  });

  it('puts the log back before a session’s record that knows better, in a worker that knows nothing', async () => {
    await write(ringOf(), 20);
    const before = await copy();
    await write(ringOf(), 10);
    await putBack(before);
    expect((await read(ringOf(1000, 30))).brokenAt).toBe(21);
  });

  it('removes a segment from the middle', async () => {
    await write(ringOf(), 120);
    await vault.commit({ remove: ['audit:1'] });
    expect((await read(ringOf())).brokenAt).toBe(51);
  });

  it('puts a segment back as it was', async () => {
    await write(ringOf(), 60);
    const before = await copy();
    await write(ringOf(), 5);
    await putBack(before, ['audit:1']);
    expect((await read(ringOf())).brokenAt).toBe(61);
  });

  it('removes the oldest segment', async () => {
    await write(ringOf(), 60);
    await vault.commit({ remove: ['audit:0'] });
    expect((await read(ringOf())).brokenAt).toBe(1);
  });

  it('removes the head, and the log goes on from what is left', async () => {
    await write(ringOf(), 60);
    await vault.commit({ remove: [AUDIT_RECORD.head] });
    const { places, kinds, brokenAt } = await read(ringOf());
    expect([places.length, kinds.at(-1), brokenAt]).toEqual([61, 'log-broken', 61]);
  });

  it('removes everything, for the worker that knew of it and for a session that does', async () => {
    const ring = ringOf();
    await write(ring, 60);
    await vault.commit({ remove: await vault.names('') });
    expect(await read(ring)).toMatchObject({ kinds: ['log-broken'], brokenAt: 1 });
    await vault.commit({ remove: await vault.names('') });
    expect((await read(ringOf(1000, 60))).brokenAt).toBeDefined();
  });

  it('removes or puts back whichever records it likes, unless they are all of the same moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 60 }),
        fc.infiniteStream(fc.boolean()),
        async (first, more, isPutBack) => {
          vault = new MemoryVault();
          const ring = ringOf();
          await write(ring, first);
          const before = await copy();
          await write(ring, more);
          const now = await copy();
          const chosen = [...before.keys()].filter(() => isPutBack.next().value);
          const isChanged = chosen.some((name) => before.get(name)?.version !== now.get(name)?.version);
          await putBack(before, chosen);
          expect((await read(ring)).brokenAt !== undefined).toBe(isChanged);
        },
      ),
      { numRuns: 40 },
    );
  });
});

it('goes on after a former worker’s death, whatever it was doing: each writing is one transaction', async () => {
  const changes: Change[] = [];
  const { commit } = MemoryVault.prototype;
  vault.commit = (change) => {
    changes.push(change);
    return commit.call(vault, change);
  };
  await write(ringOf(), 52);
  expect(changes).toHaveLength(52);
  expect((await read(ringOf())).brokenAt).toBeUndefined();
});
