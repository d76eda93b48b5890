import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import { withCacheableScript } from '../weak/weaken.js';

/** Asks for the script again and again while a registration is still reading it. */
async function race(): Promise<void> {
  const script = '/service-worker.js';
  const read = async (init: RequestInit) => {
    const response = await fetch(script, { mode: 'same-origin', ...init }).catch(() => undefined);
    attacker.take('fetch during a registration', await response?.text().catch(() => undefined));
  };
  const reads: Promise<void>[] = [];
  for (const isLoud of [false, true]) {
    const registration = await navigator.serviceWorker.getRegistration();
    const updated = registration?.update().catch(() => undefined);
    // What is asked for too early is refused before there is anything.
    await attacker.pause(150);
    for (let turn = 0; turn < 10; turn += 1) {
      for (const cache of ['only-if-cached', 'force-cache'] as const) reads.push(read({ cache }));
      if (isLoud) {
        for (const cache of ['default', 'no-cache'] as const) reads.push(read({ cache }));
        reads.push(read({ headers: { 'service-worker': 'script', range: 'bytes=0-300' } }));
        const preload = document.createElement('link');
        Object.assign(preload, { rel: 'preload', as: 'script', href: script });
        document.head.append(preload);
      }
      await attacker.pause(60);
    }
    await updated;
  }
  await Promise.race([Promise.all(reads), attacker.pause(3000)]);
}

/** The script comes in two halves, and the second one late. */
function slowly(stage: Stage): void {
  stage.onAppRequest((req, res) => {
    if (req.headers['service-worker'] === undefined) return false;
    const { write, end } = res;
    res.end = (chunk?: unknown) => {
      const bytes = Buffer.from((chunk ?? '') as Uint8Array);
      if (bytes.length < 1000) return Reflect.apply(end, res, [bytes]);
      Reflect.apply(write, res, [bytes.subarray(0, 1000)]);
      setTimeout(() => Reflect.apply(end, res, [bytes.subarray(1000)]), 500);
      return res;
    };
    return false;
  });
}

export const scriptRace: Attack = {
  name: 'script race',
  tries: "asks for the worker's script while a registration is still reading it from a slow server",
  threat: '5.1.2',
  defence: '`Cache-Control: no-store` on the script: nobody else is given a part of an answer under way',
  weakness: {
    without: '`no-store`',
    harmlessIn: { webkit: 'WebKitGTK keeps no worker script where a fetch of the page finds it' },
    weaken: withCacheableScript,
  },
  run: async (stage) => {
    slowly(stage);
    await stage.run(race, undefined);
  },
};
