import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { adoptSession, fromOidcClientTs } from '../../../src/adopt.js';
import { registerSessionKeeper } from '../../../src/index.js';
import { type ObservedRequests, type Rollout, rollOut, type Way } from '../../../src/rollout.js';
import type { RolloutPageSettings } from './serve.js';

const PACE_MS = 40;

/** An application with oidc-client-ts, in the middle of its rollout. */

export interface RolloutPage {
  readonly rollout: Rollout;
  readonly ways: Way[];
  readonly notices: number[];
  readonly problems: string[];
  readonly observed: ObservedRequests[];
  /** Makes one request, as the application does all of its own. */
  send(path: string, init?: RequestInit): Promise<Response>;
  /** Works until it is told to stop: requests one after the other, in pairs, and now and then an order. */
  startWork(): void;
  /** @returns what did not answer with 2xx, and how many were sent on each way */
  stopWork(): Promise<{ readonly failures: string[]; readonly sent: Readonly<Record<Way, number>> }>;
}

const settings: RolloutPageSettings = await (await fetch('/rollout-settings.json')).json();
const manager = new UserManager({
  authority: settings.issuer,
  client_id: settings.clientId,
  redirect_uri: location.origin + settings.callbackPath,
  silent_redirect_uri: location.origin + settings.callbackPath,
  scope: settings.scope,
  userStore: new WebStorageStateStore({ store: localStorage }),
  automaticSilentRenew: false,
});

if (location.pathname === settings.callbackPath) {
  await manager.signinCallback();
  if (parent === window) location.replace('/rollout.html');
} else if (location.search === '?sign-in') await manager.signinRedirect();
else await start();

async function start(): Promise<void> {
  const page: Pick<RolloutPage, 'ways' | 'notices' | 'problems' | 'observed'> = {
    ways: [],
    notices: [],
    problems: [],
    observed: [],
  };
  const rollout = await rollOut({
    rollout: 'policy',
    worker: '/service-worker.js',
    register: async () => {
      const session = await registerSessionKeeper({ worker: '/service-worker.js' });
      await adoptSession(
        session,
        fromOidcClientTs({ authority: settings.issuer, client_id: settings.clientId, store: localStorage }),
      );
      return session;
    },
    former: { start: userNow },
    waitSeconds: Number(new URLSearchParams(location.search).get('wait') ?? 10),
    observe: {
      apis: [{ origin: settings.api, pathPrefix: '/v1/' }],
      onReport: (counts) => page.observed.push(counts),
    },
    onWay: (way) => page.ways.push(way),
    onNotice: ({ deadline }) => page.notices.push(deadline),
    onProblem: (problem) => page.problems.push(String(problem)),
  });
  const rolloutPage: RolloutPage = {
    ...page,
    rollout,
    send: (path, init) => send(rollout, path, init),
    ...work(rollout),
  };
  Object.assign(globalThis, { rolloutPage });
  document.title = 'ready';
}

/** One tab at a time: the refresh token is good for one use. */
function userNow() {
  return navigator.locks.request('former-renewal', async () => {
    const user = await manager.getUser();
    return user && (user.expires_in ?? 0) > 2 ? user : manager.signinSilent();
  });
}

/** The one place where the application's requests are made. */
function send(rollout: Rollout, path: string, init: RequestInit = {}): Promise<Response> {
  return rollout.send(async (way) => {
    if (way === 'keeper') return fetch(settings.api + path, init);
    const user = await userNow();
    const headers = { ...init.headers, authorization: `Bearer ${user?.access_token}` };
    return fetch(settings.api + path, { ...init, headers });
  });
}

function work(rollout: Rollout): Pick<RolloutPage, 'startWork' | 'stopWork'> {
  let isWorking = false;
  let working: Promise<unknown> = Promise.resolve();
  const failures: string[] = [];
  const sent = { keeper: 0, former: 0 };
  const one = async (path: string, init?: RequestInit) => {
    try {
      const response = await send(rollout, path, init);
      if (!response.ok) failures.push(`${path}: ${response.status} ${await response.text()}`);
      else await response.arrayBuffer();
      sent[rollout.way] += 1;
    } catch (error) {
      failures.push(`${path}: ${error}`);
    }
  };
  const order = () =>
    one('/v1/orders', {
      method: 'POST',
      body: JSON.stringify({ id: crypto.randomUUID(), product: 'lantern', quantity: 1 }),
      headers: { 'content-type': 'application/json' },
    });
  const loop = async () => {
    for (let round = 0; isWorking; round += 1) {
      await Promise.all([one('/v1/time'), round % 5 === 0 ? order() : one('/v1/orders')]);
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
  };
  return {
    startWork: () => {
      isWorking = true;
      working = loop();
    },
    stopWork: async () => {
      isWorking = false;
      await working;
      return { failures, sent };
    },
  };
}
