import { fileURLToPath } from 'node:url';
import type { AuditEntry, AuditReading } from '../../../src/audit.js';
import type { Attack } from '../attack.js';
import { SIGNED_TEXT } from '../outside/loot.js';
import type { Stage } from '../outside/stage.js';
import { startAnew } from '../sign-in-of-its-own.js';
import { weakWorker } from '../weak/weak-workers.js';
import { callWorker } from '../worker-call.js';
import { readEveryStorage } from './storage.js';
import { installVaultKit, type VaultKit, type VaultRecord } from './vault-records.js';

declare const vaultKit: VaultKit;

const WORKER = fileURLToPath(new URL('../../workers/audited.ts', import.meta.url));
const SESSION = "globalThis[Symbol.for('session-keeper.session')]";

/** The log as the worker tells it; nothing where it refuses to. */
async function readLog(stage: Stage): Promise<AuditReading | undefined> {
  const reply = await stage.run(callWorker, { name: 'auditLog', argument: '{}', forMs: 10_000 });
  if (reply === 'silent') throw new Error('the worker says nothing of its log');
  stage.loot.add('replies', [reply]);
  return JSON.parse(reply).value;
}

const renew = (stage: Stage) => stage.tab.evaluate(`${SESSION}.renew().then(() => 0)`);

/** The log's records, told apart by their names. */
function partsOf(records: readonly VaultRecord[]) {
  const named = (name: string) => records.find((record) => record.name === name) ?? { name, jwe: '' };
  return { head: named('audit-head'), segment: named('audit:0') };
}

const isAudit = ({ name }: VaultRecord) => name.startsWith('audit');

/** Replaces the whole vault, as a script can. */
function put(stage: Stage, records: readonly VaultRecord[]): Promise<void> {
  return stage.run(async (all) => {
    await vaultKit.clear();
    await vaultKit.write(all);
  }, records);
}

/** Notes where the log is called whole and is not as it was. */
async function check(stage: Stage, before: readonly AuditEntry[], way: string): Promise<void> {
  const { entries = [], intact = false } = (await readLog(stage)) ?? {};
  const isSame = before.every(
    (entry) => JSON.stringify(entry) === JSON.stringify(entries.find(({ seq }) => seq === entry.seq)),
  );
  if (intact && !isSame) stage.loot.gain(`a change of the log that nobody sees (${way})`);
}

async function changeTheLog(stage: Stage): Promise<void> {
  stage.onAppRequest((req, res) => {
    if (req.url !== '/audit') return false;
    res.writeHead(204).end();
    return true;
  });
  await readLog(stage);
  const former = await stage.run(() => vaultKit.read(), undefined);
  await renew(stage);
  await renew(stage);
  const { entries: before = [], intact } = (await readLog(stage)) ?? {};
  if (before.length < 3 || !intact) throw new Error('the log is not one to be changed');
  const all = await stage.run(() => vaultKit.read(), undefined);
  const { head, segment } = partsOf(all);
  const rest = all.filter((record) => record !== segment);
  const [, ...body] = segment.jwe.split('.');
  const flipped = segment.jwe.replace(/[^.](?=[^.]*\.[^.]*$)/, (letter) => (letter === 'A' ? 'B' : 'A'));
  const withHeader = [head.jwe.split('.')[0], ...body].join('.');
  // Within one life of the worker, which looks at the records each time.
  const changes: [way: string, records: readonly VaultRecord[]][] = [
    ['cut', rest],
    ['a former one in its place', [...rest, partsOf(former).segment]],
    ['changed', [...rest, { name: segment.name, jwe: flipped }]],
    ['shortened', [...rest, { name: segment.name, jwe: segment.jwe.slice(0, -30) }]],
    ['reordered', [...rest, { name: 'audit:1', jwe: segment.jwe }]],
    ['replaced by the head', [...rest, { name: segment.name, jwe: head.jwe }]],
    ['the header of another', [...rest, { name: segment.name, jwe: withHeader }]],
  ];
  for (const [way, records] of changes) {
    await put(stage, records);
    await check(stage, before, way);
  }
  // What another worker finds: it knows the log by nothing but the records.
  for (const [way, records] of [
    ['put back', [...all.filter((record) => !isAudit(record)), ...former.filter(isAudit)]],
    ['removed', all.filter((record) => !isAudit(record))],
  ] as const) {
    await put(stage, records);
    await startAnew(stage);
    await check(stage, before, `${way}, the next worker`);
  }
  await renew(stage);
  await check(stage, before, 'removed, after the next entry');
}

export const auditTampering: Attack = {
  name: 'audit log',
  tries:
    'changes, cuts, reorders, replaces, puts back and removes the log’s records, and has another worker read it: is the log still called whole?',
  threat: '5.1.4',
  defence:
    'records are sealed with their names; entries are chained; the head, the worker and the session’s record know where the chain ends',
  before: installVaultKit,
  deployment: { system: { workerSource: WORKER } },
  weakness: {
    without: 'the chain: sealed records alone',
    deployment: { system: weakWorker('unchained') },
  },
  run: changeTheLog,
};

const ARGUMENTS = [
  '{}',
  '{"subject":"ada"}',
  '{"all":true,"person":{"subject":"ada"},"claims":["sub"]}',
  '["ada"]',
  '{"__proto__":{"subject":"ada"}}',
];

/** The authorization server asks who it is: somebody else is at the device. */
function forgetThePerson(stage: Stage): void {
  stage.afterwards(
    stage.system.authorizationServer.onRequest(({ url = '', headers }) => {
      const cookies = headers.cookie?.split('; ').filter((cookie) => !cookie.startsWith('as_session'));
      if (url.startsWith('/auth') && cookies) headers.cookie = cookies.join('; ');
      return false;
    }),
  );
}

async function readAnothersLog(stage: Stage): Promise<void> {
  await renew(stage);
  const entries = (await readLog(stage))?.entries ?? [];
  if (entries.length < 2) throw new Error('the log has nothing to read');
  await stage.tab.evaluate(`${SESSION}.signOut({ endSession: false }).then(() => 0)`);
  const told: string[] = [];
  const ask = async () => {
    for (const argument of ARGUMENTS) told.push(await stage.run(callWorker, { name: 'auditLog', argument }));
  };
  await ask();
  forgetThePerson(stage);
  await stage.signIn('grace');
  await ask();
  stage.loot.add('replies', told);
  await stage.run(readEveryStorage, SIGNED_TEXT);
  await stage.run(() => attacker.settled(), undefined);
  const isTold = ({ id, session = id }: AuditEntry) =>
    [...told, ...stage.loot.texts('IndexedDB')].some((text) => text.includes(id) || text.includes(session));
  if (entries.some(isTold)) stage.loot.gain('another person’s entries of the log');
}

export const auditReaders: Attack = {
  name: 'another’s audit log',
  tries:
    'reads the log after the person has signed out, and when somebody else is signed in, by command with arguments of its own and out of IndexedDB',
  threat: '5.1.1',
  defence: 'entries are sealed; the command gives those of the signed-in subject, and takes no argument',
  deployment: { system: { workerSource: WORKER } },
  weakness: {
    without: 'that rule: the log is the browser’s',
    deployment: { system: weakWorker('everybodys-log') },
  },
  run: readAnothersLog,
};
