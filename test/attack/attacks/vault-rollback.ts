import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import { removeTheWorker } from '../sign-in-of-its-own.js';
import { weakWorker } from '../weak/weak-workers.js';
import { installVaultKit, type VaultKit, type VaultRecord } from './vault-records.js';

declare const vaultKit: VaultKit;

const SESSION = "globalThis[Symbol.for('session-keeper.session')]";

/** A session that is about to be signed out, as far as a script can keep it. */
export interface Copy {
  readonly records: readonly VaultRecord[];
  /** Told apart from later ones at the API. */
  readonly accessToken: string | undefined;
}

/** Signs in, and copies the sealed records of that session. */
export async function copySession(stage: Stage): Promise<Copy> {
  await stage.visit();
  await stage.signIn('ada');
  const accessToken = await tokenInUse(stage);
  return { records: await stage.run(() => vaultKit.read(), undefined), accessToken };
}

/** The credential that the worker adds now, as the API sees it. */
async function tokenInUse(stage: Stage): Promise<string | undefined> {
  let token: string | undefined;
  const stop = stage.system.api.onRequest((req) => {
    if (req.url === '/v1/time') token = req.headers.authorization;
    return false;
  });
  await stage.run(
    (api) =>
      fetch(`${api}/v1/time`).then(
        () => 0,
        () => 0,
      ),
    stage.system.api.origin,
  );
  stop();
  return token;
}

export function signOut(stage: Stage): Promise<number> {
  return stage.tab.evaluate(`${SESSION}.signOut({ endSession: false }).then(() => 0, () => 0)`);
}

export async function putBack(stage: Stage, { records }: Copy): Promise<void> {
  await stage.run(async (before) => {
    await vaultKit.write(before);
    new BroadcastChannel('session-keeper').postMessage('stored');
    await attacker.pause(100);
  }, records);
}

export async function note(stage: Stage, { accessToken }: Copy, way: string): Promise<void> {
  const used = await tokenInUse(stage);
  if (used !== undefined && used === accessToken)
    stage.loot.gain(`the session again after its sign-out (${way})`);
}

async function inTheSameLife(stage: Stage): Promise<void> {
  const copy = await copySession(stage);
  await signOut(stage);
  await putBack(stage, copy);
  await note(stage, copy, 'the same worker');
}

async function inTheNextLife(stage: Stage): Promise<void> {
  const copy = await copySession(stage);
  await signOut(stage);
  await putBack(stage, copy);
  await stage.run(removeTheWorker, undefined);
  await stage.visit();
  await note(stage, copy, 'a new worker');
}

/** Nobody signs out: the script takes the records away, and says what another version of the worker would say of it. */
async function afterTakingThemAway(stage: Stage): Promise<void> {
  const copy = await copySession(stage);
  await stage.run(async () => {
    await vaultKit.clear();
    new BroadcastChannel('session-keeper').postMessage('stored');
    await attacker.pause(100);
  }, undefined);
  await putBack(stage, copy);
  await note(stage, copy, 'records taken away first');
  await stage.endWorker();
  await note(stage, copy, 'records taken away first, the next life');
}

/** A worker without its registration is never updated, and serves the pages that it has until they close. */
async function withoutRegistration(stage: Stage): Promise<void> {
  const copy = await copySession(stage);
  await stage.run(removeTheWorker, undefined);
  await signOut(stage);
  await putBack(stage, copy);
  await stage.endWorker();
  await note(stage, copy, 'a worker without its registration');
}

/** The person is back, and has a session of today; the script wants the one of yesterday. */
async function inPlaceOfTheNext(stage: Stage): Promise<void> {
  const copy = await copySession(stage);
  await signOut(stage);
  await stage.signIn('ada');
  await putBack(stage, copy);
  await stage.run(removeTheWorker, undefined);
  await stage.visit();
  await note(stage, copy, 'in place of the next session');
}

/** While the person signs out, cookies that look like the seal's, and too many of them; none afterwards. */
async function withDisturbedCookies(stage: Stage): Promise<void> {
  const copy = await copySession(stage);
  await stage.run(disturbCookies, { isOver: false });
  await signOut(stage);
  await stage.run(disturbCookies, { isOver: true });
  await putBack(stage, copy);
  await stage.run(removeTheWorker, undefined);
  await stage.visit();
  await note(stage, copy, 'the cookies disturbed');
}

function disturbCookies({ isOver }: { isOver: boolean }): void {
  const ends = isOver ? '; max-age=0' : '';
  const set = (cookie: string) => Reflect.set(document, 'cookie', cookie + ends);
  for (const path of ['/', '/service-worker.js']) {
    for (const name of ['Session-Keeper-Seal', '__host-http-seal', '=session-keeper-seal'])
      set(`${name}=${'A'.repeat(43)}; path=${path}`);
  }
  for (let index = 0; index < 40; index += 1)
    set(`bomb${index}=${'x'.repeat(3900)}; path=/service-worker.js`);
}

export const vaultRollback: Attack = {
  name: 'vault rollback',
  tries:
    'copies the sealed records, and puts them back after the person has signed out: into this worker, the next, and one without a registration; with cookies disturbed; over a later session; and after it took them away itself',
  threat: '5.1.2',
  defence: 'each session belongs to an epoch, which a sign-out ends in the seal’s cookie',
  before: installVaultKit,
  signedIn: 'nobody',
  weakness: { without: 'epochs', deployment: { system: weakWorker('one-epoch') } },
  run: async (stage) => {
    await inTheSameLife(stage);
    await inTheNextLife(stage);
    await afterTakingThemAway(stage);
    await inPlaceOfTheNext(stage);
    await withDisturbedCookies(stage);
    // WebKit starts no worker of this origin again after it.
    await withoutRegistration(stage);
  },
};

/** Floods the cookie of the present epoch out of the jar, and sets one with the epoch of before in its place. */
async function plantEpoch(epoch: string): Promise<void> {
  const set = (cookie: string) => Reflect.set(document, 'cookie', cookie);
  const isSecure = location.protocol === 'https:';
  const rest = `; path=/; max-age=600${isSecure ? '; secure' : ''}`;
  for (let index = 0; index < 400; index += 1) set(`flood${index}=${index}${rest}`);
  for (let index = 0; index < 400; index += 1) set(`flood${index}=${rest.replace('600', '0')}`);
  // Firefox's page learns later that the HttpOnly cookie is gone, which a script cannot replace.
  await attacker.pause(200);
  set(`${isSecure ? '__Host-Http-seal' : 'session-keeper-seal'}=${'A'.repeat(43)}.${epoch}${rest}`);
}

export const plantedEpoch: Attack = {
  name: 'planted epoch',
  tries: 'asks for the epoch, and after the sign-out plants a cookie that has it; then puts the records back',
  threat: '5.1.2',
  defence:
    '`__Host-Http-` name that no script can set; in WebKit, that no script replaces an HttpOnly cookie',
  before: installVaultKit,
  signedIn: 'nobody',
  deployment: { front: 'https' },
  // WebKit lets no page on https call the http services of localhost, which the sign-in needs.
  deploymentIn: { webkit: {} },
  weakness: {
    without: 'the prefix (plain http on localhost)',
    deployment: {},
    harmlessIn: {
      webkit: 'WebKit lets no script crowd out or replace an HttpOnly cookie',
    },
  },
  run: async (stage) => {
    const copy = await copySession(stage);
    const ask = () =>
      fetch('/service-worker.js?now', { cache: 'reload' }).then(
        ({ headers }) => headers.get('session-keeper-epoch') ?? '',
      );
    const epoch = await stage.run(ask, undefined);
    await signOut(stage);
    // A browser looks for a new script soon after a visit; with the planted cookie it would get another seal.
    await stage.pause(1500);
    await stage.quiet();
    await stage.run(plantEpoch, epoch);
    await putBack(stage, copy);
    // The worker's next life, with the seal that it has.
    await stage.endWorker();
    await note(stage, copy, 'the former epoch planted');
  },
};

/** Asks without a pause, until it is told to stop. */
function keepAsking(caches: readonly RequestCache[]): void {
  const state = { isOver: false };
  Reflect.set(globalThis, 'asking', state);
  for (const cache of caches)
    void (async () => {
      while (!state.isOver)
        await fetch('/service-worker.js?now', { cache }).then(
          () => 0,
          () => attacker.pause(10),
        );
    })();
}

function stopAsking(): void {
  Reflect.set(Reflect.get(globalThis, 'asking'), 'isOver', true);
}

/** A server whose answer is stored whatever the cookie. */
function storesForAnyCookie(req: IncomingMessage, res: ServerResponse): boolean {
  const [, epoch] = /session-keeper-seal=[\w-]{43}\.([\w-]{43})/.exec(req.headers.cookie ?? '') ?? [];
  if (req.method !== 'GET' || !req.url?.endsWith('?now') || !epoch) return false;
  res.writeHead(204, { 'session-keeper-epoch': epoch, 'cache-control': 'private, max-age=3600' }).end();
  return true;
}

export const storedEpoch: Attack = {
  name: 'stored epoch',
  tries:
    'asks for the present epoch without a pause while the person signs out, so that the browser’s HTTP cache has the answer of before; then puts the records back',
  threat: '5.1.2',
  defence: 'an answer is stored for requests with that cookie alone (`Vary`), and the sign-out changes it',
  before: installVaultKit,
  signedIn: 'nobody',
  weakness: {
    without: '`Vary`',
    weaken: (stage) => stage.onAppRequest(storesForAnyCookie),
    harmlessIn: { webkit: 'the private windows that WebKitGTK’s driver opens have no HTTP cache' },
  },
  run: async (stage) => {
    // What is stored stays so; or every answer is stored anew, also those that are under way when the cookie changes.
    for (const caches of [
      ['default'],
      ['reload', 'no-cache', 'force-cache', 'reload'],
    ] satisfies RequestCache[][]) {
      const copy = await copySession(stage);
      await stage.run(keepAsking, caches);
      await signOut(stage);
      await stage.run(stopAsking, undefined);
      await putBack(stage, copy);
      await stage.endWorker();
      await note(stage, copy, `the former epoch from the HTTP cache (${caches[0]})`);
    }
  },
};
