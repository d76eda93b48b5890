import { fileURLToPath } from 'node:url';
import type { Attack } from '../attack.js';
import type { Library } from '../outside/library-entry.js';
import { SIGNED_TEXT } from '../outside/loot.js';
import { askForTokens, type FormerTokens, signInOutside } from '../outside/own-account.js';
import type { Stage } from '../outside/stage.js';
import { loadLibrary } from '../outside/victim-page.js';
import { startAnew } from '../sign-in-of-its-own.js';
import { weakWorker } from '../weak/weak-workers.js';
import { callWorker } from '../worker-call.js';
import { readEveryStorage } from './storage.js';
import { installVaultKit, type VaultKit } from './vault-records.js';

declare const library: Library;
declare const vaultKit: VaultKit;

const WORKER = fileURLToPath(new URL('../../workers/adoption.ts', import.meta.url));
const SESSION = "globalThis[Symbol.for('session-keeper.session')]";

/** Hands tokens in, as the page entry does, and gives the worker's reply. */
function handIn(stage: Stage, tokens: FormerTokens): Promise<string> {
  return stage.run(callWorker, { name: 'adopt', argument: JSON.stringify(tokens), forMs: 10_000 });
}

/** Whose credential the worker adds to a request now, as the API sees it. */
async function personInUse(stage: Stage): Promise<string | undefined> {
  const { api } = stage.system;
  let person: string | undefined;
  const stop = api.onRequest((req) => {
    const claims = req.headers.authorization?.split('.')[1];
    if (req.url === '/v1/time' && claims)
      person = JSON.parse(Buffer.from(claims, 'base64url').toString()).sub;
    return false;
  });
  const ask = (url: string) => fetch(url).then(Boolean, Boolean);
  await stage.run(ask, `${api.origin}/v1/time`);
  stop();
  return person;
}

/** What the app's own code does at each visit, with whatever lies in the storage of the library of before. */
async function plantForTheApp(stage: Stage, tokens: FormerTokens): Promise<void> {
  const settings = { authority: stage.system.authorizationServer.issuer, client_id: 'order-desk' };
  await stage.run(loadLibrary, undefined);
  const adopt = async ({
    settings,
    tokens,
  }: {
    settings: { authority: string; client_id: string };
    tokens: FormerTokens;
  }) => {
    const user = { refresh_token: tokens.refreshToken, id_token: tokens.idToken };
    localStorage.setItem(`oidc.user:${settings.authority}:${settings.client_id}`, JSON.stringify(user));
    const session = Reflect.get(globalThis, Symbol.for('session-keeper.session'));
    const found = library.fromOidcClientTs({ ...settings, store: localStorage });
    await library
      .adoptSession(session, found)
      .catch((error: unknown) => attacker.take('the app’s error', error));
  };
  await stage.run(adopt, { settings, tokens });
}

/** The ID token of the attacker's account, changed to name the person. Only the exchange proves whose it is. */
function namedAs(person: string, { refreshToken, idToken }: FormerTokens): FormerTokens {
  const [header, payload = '', signature] = idToken.split('.');
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: person };
  const forged = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return { refreshToken, idToken: `${header}.${forged}.${signature}` };
}

async function plantSessions(stage: Stage): Promise<void> {
  const own = await signInOutside(stage, 'grace');
  const told: string[] = [];
  const look = async (way: string) => {
    if ((await personInUse(stage)) === 'grace') stage.loot.gain(`the session of another account (${way})`);
  };
  told.push(await handIn(stage, own));
  await look('handed in');
  await plantForTheApp(stage, own);
  await look('planted in storage');
  const renewing = stage.tab.evaluate(`${SESSION}.renew().then(() => 0, () => 0)`);
  told.push(await handIn(stage, own));
  await renewing;
  await look('during a renewal');
  await startAnew(stage);
  told.push(await handIn(stage, own));
  await look('to the next worker');
  stage.system.authorizationServer.revokeAll('ada');
  await stage.tab.evaluate(`${SESSION}.renew().then(() => 0, () => 0)`);
  await stage.until(`${SESSION}.status.phase === 'ended'`, { mayFail: true, forMs: 3000 });
  told.push(await handIn(stage, own));
  await look('after the end');
  // Who deletes the vault has an empty worker, and can hand in a session of its own: not under the person's name, and not twice.
  await emptyTheWorker(stage);
  told.push(await handIn(stage, namedAs('ada', own)));
  await look('under the person’s name');
  const spent = await signInOutside(stage, 'grace');
  const adopted = await handIn(stage, spent);
  if (!adopted.includes('"adopted":true')) throw new Error(`nothing could be adopted: ${adopted}`);
  await emptyTheWorker(stage);
  told.push(adopted, await handIn(stage, spent));
  await look('a second time');
  stage.loot.add('replies', told);
}

async function emptyTheWorker(stage: Stage): Promise<void> {
  await stage.run(() => vaultKit.clear(), undefined);
  await startAnew(stage);
}

export const plantedSession: Attack = {
  name: 'planted session',
  tries:
    'hands in a refresh token of its own account while the person has a session, and after its end; to an empty worker under the person’s name, and a second time; plants it in the former library’s storage',
  threat: '5.1.3',
  defence:
    'adopted is only where there is no session and none that ended, only for the person of the exchange’s ID token, and a token is used up by it',
  before: installVaultKit,
  deployment: { system: { workerSource: WORKER } },
  weakness: {
    without: 'the first rule: what is handed in takes the place of what is there',
    deployment: { system: weakWorker('adopting-over') },
  },
  run: plantSessions,
};

/** Asks for what was adopted in each way that a page has. */
const QUESTIONS: readonly (readonly [name: string, argument: string])[] = [
  ['adopt', '{}'],
  ['adopt', '{"again":true,"include":["refreshToken"]}'],
  ['adopt', '{"__proto__":{"refreshToken":"x"}}'],
  ['hello', '{"adopts":true}'],
  ['touch', '"wake"'],
  ['renew', '{}'],
];

async function getTokensBack(stage: Stage): Promise<void> {
  // The app's, of before: whoever was there before the adoption has a copy.
  const copy = await signInOutside(stage, 'ada');
  await plantForTheApp(stage, copy);
  await stage.until(`${SESSION}.status.phase === 'active'`);
  const told = [await handIn(stage, copy)];
  for (const [name, argument] of QUESTIONS) told.push(await stage.run(callWorker, { name, argument }));
  told.push(await handIn(stage, copy));
  stage.loot.add('replies', told);
  await stage.run(readEveryStorage, SIGNED_TEXT);
  const replayed = await askForTokens(stage, {
    grant_type: 'refresh_token',
    refresh_token: copy.refreshToken,
  });
  if (replayed.ok) stage.loot.gain('a copied refresh token that still works');
}

export const adoptedTokens: Attack = {
  name: 'adopted tokens',
  tries:
    'wants the tokens of an adopted session back: by commands, by another adoption, out of any storage; and uses a copy from before it',
  threat: '5.1.1',
  defence:
    'no reply holds a credential; the former library’s storage is wiped; the token handed in is used up by the exchange',
  deployment: { system: { workerSource: WORKER } },
  signedIn: 'nobody',
  weakness: {
    without: 'a reply without a credential',
    deployment: { system: weakWorker('answering-adoption') },
  },
  run: getTokensBack,
};
