import { DESK_SCOPE } from '../../../demo/app/desk-scopes.js';
import type { Attack } from '../attack.js';
import { onBody } from '../outside/secrets.js';
import type { Stage } from '../outside/stage.js';
import { RESPONSE_MODES, removeTheWorker } from '../sign-in-of-its-own.js';
import { weakWorker } from '../weak/weak-workers.js';
import { withoutHeaders, withPageAtRedirectPath } from '../weak/weaken.js';
import { callWorker } from '../worker-call.js';

/** What the order desk's API asks for before a large order. */
const ASKED = { acr_values: 'urn:harbour:two-factor', max_age: '300' };

/** Makes the API ask for the person, and leaves the request waiting. */
async function makeChallenge(stage: Stage, id: string): Promise<void> {
  await stage.run(
    ({ url, order }) => {
      const body = JSON.stringify(order);
      const headers = { 'content-type': 'application/json' };
      void fetch(url, { method: 'POST', headers, body }).then(
        async (answer) => attacker.take('the API’s answer', await answer.text()),
        () => undefined,
      );
    },
    { url: `${stage.system.api.origin}/v1/orders`, order: { id, product: 'rope', quantity: 500 } },
  );
  const status = "globalThis[Symbol.for('session-keeper.session')].status";
  await stage.until(`${status}.phase === 'verification-required'`);
}

/** The sign-in's answer, where it is one. */
const begin = async (stage: Stage, argument: string) => {
  const reply = await stage.run(callWorker, { name: 'signIn', argument });
  return /"url":"([^"]+)"/.exec(reply)?.[1];
};

/** Each way to say what the second sign-in is to ask for. */
function wishes({ evil }: Stage): string[] {
  const wish = {
    acr_values: 'attacker',
    max_age: '99999',
    scope: 'openid attacker',
    redirect_uri: evil.site,
    response_mode: 'query',
    prompt: 'none',
    code_challenge: 'attacker',
    claims: '{}',
  };
  const mode = 'popup';
  return [
    { mode, ...wish },
    { mode, parameters: wish },
    { mode, parameters: { acr_values: 'attacker' } },
    { mode, authorizationParameters: wish },
    { mode, verification: { acrValues: ['attacker'], maxAgeSeconds: 99_999 } },
    { mode, attempt: 'attacker', pushed: Object.entries(wish), state: 'attacker' },
    { mode, loginHint: `ada&acr_values=attacker&max_age=99999&redirect_uri=${evil.site}` },
    { mode, loginHint: 'ada\r\nacr_values: attacker' },
    { mode, returnTo: '/?acr_values=attacker&max_age=99999' },
    { mode: 'frame', parameters: wish },
    { mode, silent: true, parameters: wish },
  ]
    .map((each) => JSON.stringify(each))
    .concat(`{"mode":"popup","__proto__":{"parameters":${JSON.stringify(wish)}}}`);
}

async function chooseParameters(stage: Stage): Promise<void> {
  const asked: URLSearchParams[] = [];
  const expected = {
    ...ASKED,
    scope: DESK_SCOPE,
    redirect_uri: `${stage.origin}/session/callback`,
    response_mode: 'form_post',
  };
  stage.afterwards(
    stage.system.authorizationServer.onRequest((req) => {
      onBody(req, (body) => {
        if (body.includes('code_challenge')) asked.push(new URLSearchParams(body));
      });
      return false;
    }),
  );
  await makeChallenge(stage, 'parameters');
  for (const wish of wishes(stage)) {
    const url = await begin(stage, wish);
    if (url?.includes('code_challenge')) asked.push(new URL(url).searchParams);
  }
  if (asked.length === 0) throw new Error('no sign-in was begun');
  for (const parameters of asked) {
    for (const [name, value] of Object.entries(expected))
      if (parameters.get(name) !== value) stage.loot.gain(`a sign-in by its own wishes (${name})`);
    if ([...parameters].some(([name, value]) => name !== 'login_hint' && value.includes('attacker')))
      stage.loot.gain('a sign-in by its own wishes');
  }
}

export const stepUpParameters: Attack = {
  name: 'step-up parameters',
  tries:
    'makes an API ask for the person, and names acr, max_age, scope, redirect and more of its own in each command that begins the sign-in',
  threat: '5.1.3',
  defence: 'the worker takes them from the API’s challenge, and no parameter from a page',
  weakness: {
    without: 'that rule',
    deployment: { system: weakWorker('page-parameters') },
  },
  run: chooseParameters,
};

/** Begins the second sign-in, removes the worker, and goes through it in this window: the person confirms. */
async function followVerification(stage: Stage, id: string): Promise<void> {
  await stage.visit();
  await makeChallenge(stage, id);
  const url = await begin(stage, '{"mode":"redirect","returnTo":"/desk.html"}');
  if (!url) throw new Error('no sign-in was begun');
  await stage.run(removeTheWorker, undefined);
  await stage.leaveFor(url);
  await stage.tab.click('button[value=confirm]');
  await stage.quiet();
  // The window's history is the script's to read.
  await stage.visit();
  await stage.pause(200);
}

export const stepUpCode: Attack = {
  name: 'step-up code',
  tries:
    'begins the second sign-in, removes the worker, lets the person confirm, and reads where the window was; watches a popup that goes the same way',
  threat: '5.1.3',
  defence: 'the code of the second sign-in comes as that of the first: by POST, to a path that never rests',
  weakness: {
    without: 'form_post, and the answer at the redirect path',
    deployment: { system: { responseModes: RESPONSE_MODES, workerOptions: { responseMode: 'query' } } },
    weaken: (stage) => {
      withPageAtRedirectPath(stage);
      withoutHeaders(stage, ['cross-origin-opener-policy']);
    },
  },
  run: async (stage) => {
    await followVerification(stage, 'code');
    // The person was verified just now: another window goes through without a question.
    await makeChallengeAgain(stage);
  },
};

/** A popup of the script's own, at the sign-in that the worker has begun. */
async function makeChallengeAgain(stage: Stage): Promise<void> {
  const url = await begin(stage, '{"mode":"popup"}');
  await stage.run(removeTheWorker, undefined);
  await stage.runInClick(async (target) => {
    const popup = attacker.native.open(target ?? 'about:blank', 'attacker');
    await attacker.watch('popup', () => popup, 900);
  }, url);
}

/** All that might let a request go which waits for a verification. */
async function letItGo(): Promise<void> {
  const channel = new BroadcastChannel('session-keeper');
  for (const message of ['stored', { type: 'stored' }, { type: 'verified' }]) channel.postMessage(message);
  for (const type of ['sent', 'unsent', 'sending', 'verified'])
    for (const tag of ['', '0', '1', 'x']) await attacker.post({ note: { type, tag } });
  await attacker.post({ event: { type: 'sign-in-finished', attempt: 'attacker' } });
  await attacker.post({ event: { type: 'status', status: { phase: 'active' } } });
  channel.close();
  await attacker.pause(200);
}

async function runRelease(stage: Stage): Promise<void> {
  let sent = 0;
  stage.onApiRequest((req) => {
    if (req.method === 'POST' && req.url === '/v1/orders') sent += 1;
    return false;
  });
  await makeChallenge(stage, 'release');
  const calls: [name: string, argument: string][] = [
    ['renew', '{}'],
    ['renew', '{"generation":99}'],
    ['touch', '"wake"'],
    ['touch', '"ping"'],
    ['touch', '"limit"'],
    ['hello', '{}'],
    ['claim', '{}'],
    ['signIn', '{"mode":"popup","silent":true}'],
    ['signIn', '{"mode":"frame"}'],
  ];
  for (const [name, argument] of calls) await stage.run(callWorker, { name, argument });
  await stage.run(letItGo, undefined);
  await stage.quiet();
  if (sent > 1) stage.loot.gain('a request sent on without the verification that it waited for');
}

export const stepUpRelease: Attack = {
  name: 'step-up release',
  tries:
    'has a request that waits for a verification go on by renewals, signs of life, notes, forged events and begun sign-ins',
  threat: '5.1.4',
  defence: 'it waits for the credential of another sign-in, and no renewal of the one that was refused',
  weakness: {
    without: 'that rule: any later credential will do',
    deployment: { system: weakWorker('renewal-verifies') },
  },
  run: runRelease,
};
