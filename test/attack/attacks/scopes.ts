import type { ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Attack } from '../attack.js';
import { onBody } from '../outside/secrets.js';
import type { Stage } from '../outside/stage.js';
import { weakWorker } from '../weak/weak-workers.js';
import { callWorker } from '../worker-call.js';

const WORKER = fileURLToPath(new URL('../../workers/few-scopes.ts', import.meta.url));
const SESSION = "globalThis[Symbol.for('session-keeper.session')]";
/** What the worker's options name. The authorization server would give `email` to this client, too. */
const NAMED = ['openid', 'offline_access', 'orders', 'profile'];
const isMore = (scope: string) => !NAMED.includes(scope);

const begin = async (stage: Stage, argument: string) => {
  const reply = await stage.run(callWorker, { name: 'signIn', argument });
  return /"url":"([^"]+)"/.exec(reply)?.[1];
};

/** Each way to ask for what is not named. */
const WISHES = [
  { scope: 'email' },
  { scope: 'profile email' },
  { scope: 'profile\temail' },
  { scope: 'profile,email' },
  { scope: 'EMAIL' },
  { scope: ' email ' },
  { scope: ['profile', 'email'] },
  { scope: { 0: 'email', length: 1 } },
  { scope: 'profile&scope=email' },
  { scope: 'profile', parameters: { scope: 'openid email' } },
  { parameters: { scope: 'openid email' } },
  { parameters: { claims: '{"id_token":{"email":null}}' } },
  { authorizationParameters: { scope: 'openid email' } },
  { loginHint: 'ada&scope=openid%20email' },
  { returnTo: '/?scope=email' },
  { silent: true, scope: 'profile email' },
];

const OTHER_MODES = [
  { mode: 'redirect', scope: 'profile email' },
  { mode: 'frame', scope: 'profile email' },
];

async function askForMore(stage: Stage): Promise<void> {
  const asked: string[] = [];
  stage.afterwards(
    stage.system.authorizationServer.onRequest((req) => {
      onBody(req, (body) => asked.push(body));
      return false;
    }),
  );
  const ways = [...WISHES.map((wish) => ({ mode: 'popup', ...wish })), ...OTHER_MODES];
  for (const wish of ways) asked.push((await begin(stage, JSON.stringify(wish))) ?? '');
  asked.push((await begin(stage, '{"mode":"popup","__proto__":{"scope":"email"}}')) ?? '');
  const requests = asked
    .map((text) => new URLSearchParams(text.replace(/^[^?]*\?/, '')))
    .filter((parameters) => parameters.has('code_challenge'));
  if (requests.length === 0) throw new Error('no sign-in was begun');
  for (const parameters of requests) {
    const scopes = parameters.getAll('scope').join(' ').split(' ');
    if (scopes.some(isMore) || parameters.has('claims')) stage.loot.gain('a sign-in for more than is named');
  }
}

export const requestedScopes: Attack = {
  name: 'requested scopes',
  tries: 'asks for a scope that the options do not name, in each command, field and spelling',
  threat: '5.1.3',
  defence: 'a page’s wish is held against the worker’s list, scope by scope; nothing else of it is asked for',
  deployment: { system: { workerSource: WORKER } },
  weakness: {
    without: 'that list: it names all that the authorization server has',
    deployment: { system: weakWorker('all-requestable') },
  },
  run: askForMore,
};

/** Changes what the worker's URL asks for, and lets the window go there: the person is signed in, and is asked nothing. */
async function widenTheUrl(stage: Stage): Promise<void> {
  const wide = ['openid', 'offline_access', 'orders', 'profile', 'email'].join(' ');
  for (const change of ['replaced', 'added', 'added in front'] as const) {
    const given = await begin(stage, '{"mode":"redirect","returnTo":"/desk.html","scope":"profile"}');
    if (!given) throw new Error('no sign-in was begun');
    const url = new URL(given);
    if (change === 'replaced') url.searchParams.set('scope', wide);
    else if (change === 'added') url.searchParams.append('scope', wide);
    else url.search = `?scope=${encodeURIComponent(wide)}&${url.search.slice(1)}`;
    await stage.leaveFor(url.href);
    await stage.until(`${SESSION} !== undefined`, { mayFail: true, forMs: 5000 });
    await stage.visit();
    const granted = await stage.tab.evaluate<string[]>(`${SESSION}.status.grantedScopes ?? []`);
    if (granted.some(isMore)) stage.loot.gain('a session with more than is named');
  }
}

/** The authorization server as one without pushed authorization requests (RFC 9126). */
function withoutPushedRequests(stage: Stage): void {
  stage.afterwards(
    stage.system.authorizationServer.onRequest((req, res) => {
      if (req.url?.startsWith('/.well-known/'))
        changeAnswer(res, ({ pushed_authorization_request_endpoint: _, ...metadata }) => metadata);
      return false;
    }),
  );
}

function changeAnswer(
  res: ServerResponse,
  change: (body: Record<string, unknown>) => Record<string, unknown>,
): void {
  const end: (body: string) => ServerResponse = res.end.bind(res) as never;
  res.end = ((body: string | Buffer) => {
    const changed = JSON.stringify(change(JSON.parse(String(body))));
    res.setHeader('content-length', Buffer.byteLength(changed));
    return end(changed);
  }) as never;
}

export const widenedSignIn: Attack = {
  name: 'widened sign-in',
  tries:
    'begins a sign-in that is allowed, and changes its URL to ask for a scope that the options do not name, before the window goes there',
  threat: '5.1.3',
  defence: 'what is asked for was pushed (RFC 9126): the URL names it by a reference, and no more',
  deployment: { system: { workerSource: WORKER } },
  weakness: { without: 'PAR: the URL says what is asked for', weaken: withoutPushedRequests },
  run: widenTheUrl,
};
