import type { Attack, Deployment } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import {
  authorizationUrl,
  OWN_CHALLENGE,
  ownSignIn,
  RESPONSE_MODES,
  removeTheWorker,
} from '../sign-in-of-its-own.js';
import { withoutHeaders } from '../weak/weaken.js';
import { workInside } from './framed-responses.js';

/** As long as an authorization server with Node's defaults passes it on; the cookies do the rest. */
const LONG_STATE = 'x'.repeat(12_000);

/** Fills the cookie jar for the redirect path alone, so that nothing else of the app breaks. */
function dropCookieBomb(): void {
  for (let index = 0; index < 12; index += 1)
    Reflect.set(document, 'cookie', `bomb${index}=${'x'.repeat(3900)}; path=/session`);
}

/** Leads this window to the authorization server, and brings it back to the app: what did it rest on meanwhile? */
async function goAndComeBack(stage: Stage, responseMode: string, state?: string): Promise<void> {
  const url = await authorizationUrl(ownSignIn(stage, responseMode, state), OWN_CHALLENGE);
  await stage.run(removeTheWorker, undefined);
  await stage.leaveFor(url);
  // The window's history is the script's to read, once it is back in the app.
  await stage.visit();
  await stage.run(removeTheWorker, undefined);
  await stage.runInClick(async (target) => {
    const popup = attacker.native.open(target, 'attacker');
    await attacker.watch('popup', () => popup, 700);
  }, url);
}

async function run(stage: Stage): Promise<void> {
  await goAndComeBack(stage, 'query', LONG_STATE);
  await stage.run(dropCookieBomb, undefined);
  await goAndComeBack(stage, 'query');
  await goAndComeBack(stage, 'query', LONG_STATE);
  await goAndComeBack(stage, 'fragment');
  // By POST, which a file server in front may not like.
  await goAndComeBack(stage, 'form_post');
  await stage.visit();
  const paths = [`/?${'a'.repeat(20_000)}`, `/session/callback?${'a'.repeat(20_000)}`];
  await stage.runInClick(workInside, { paths, evil: stage.evil.site });
}

/** The app's server is gone behind the proxy: what then answers is the proxy's own page. */
async function runWithCrash(stage: Stage): Promise<void> {
  await run(stage);
  stage.onAppRequest((req) => {
    const crashes = req.url?.startsWith('/session/callback') === true;
    if (crashes) req.socket.destroy();
    return crashes;
  });
  await goAndComeBack(stage, 'query');
}

const ALL_MODES: Deployment['system'] = { responseModes: RESPONSE_MODES };

export const errorPages: Attack = {
  name: 'error pages, Node',
  tries:
    'makes the redirect path answer with an error: cookie bomb, long URL, both; reads the popup and the later history',
  threat: '5.1.3',
  defence: '`hardenNodeServer` answers what the parser refuses with the 303; COOP',
  deployment: { system: ALL_MODES },
  weakness: {
    without: 'the hardening (a Node server with its defaults), and COOP',
    deployment: { system: ALL_MODES, front: 'node-defaults' },
    weaken: (stage) => withoutHeaders(stage, ['cross-origin-opener-policy']),
  },
  run,
};

export const proxyErrorPages: Attack = {
  name: 'error pages, nginx',
  tries: 'the same with nginx in front, its rate limit hit, and the app down behind it',
  threat: '5.1.3',
  defence: "the proxy's own errors at that path are the 303 too, as docs/server.md advises",
  deployment: { system: ALL_MODES, front: 'nginx' },
  weakness: {
    without: 'that advice (nginx with its defaults), and COOP',
    deployment: { system: ALL_MODES, front: 'nginx-defaults' },
    weaken: (stage) => withoutHeaders(stage, ['cross-origin-opener-policy']),
  },
  run: runWithCrash,
};
