import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import { withCacheableScript, withoutScriptCheck } from '../weak/weaken.js';

/** Asks for the worker's script in every way that a page has. */
async function askForTheScript(): Promise<void> {
  const script = '/service-worker.js';
  const read = async (label: string, input: RequestInfo | URL, init?: RequestInit) => {
    const response = await fetch(input, init).catch(() => undefined);
    attacker.take(label, [[...(response?.headers ?? [])], await response?.text().catch(() => undefined)]);
  };
  const caches_ = ['default', 'no-store', 'reload', 'no-cache', 'force-cache', 'only-if-cached'] as const;
  for (const cache of caches_) await read(`fetch ${cache}`, script, { cache, mode: 'same-origin' });
  for (const mode of ['cors', 'no-cors', 'same-origin'] as const)
    await read(`fetch ${mode}`, script, { mode });
  for (const credentials of ['omit', 'include'] as const)
    await read('fetch credentials', script, { credentials });
  const forged = {
    'Service-Worker': 'script',
    'Sec-Fetch-Dest': 'serviceworker',
    'Sec-Fetch-Mode': 'same-origin',
    'Sec-Fetch-Site': 'same-origin',
    'X-HTTP-Method-Override': 'GET',
    'X-Original-URL': script,
    'X-Rewrite-URL': script,
    Range: 'bytes=0-200',
  };
  await read('fetch forged', script, { headers: forged });
  for (const method of ['HEAD', 'POST', 'OPTIONS', 'PUT'])
    await read('fetch forged method', script, { method, headers: forged });
  for (const path of ['?', '?x', '#x', '/', ';x', '%20', '.map'])
    await read('fetch path', script + path, { headers: forged });
  for (const path of [
    '//service-worker.js',
    '/./service-worker.js',
    '/x/../service-worker.js',
    '/service-worker%2ejs',
    '/%73ervice-worker.js',
    '/Service-Worker.js',
    '/\\service-worker.js',
  ])
    await read('fetch path', new URL(location.origin + path), { headers: forged });

  await new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.onloadend = () => resolve(attacker.take('XMLHttpRequest', xhr.responseText));
    xhr.open('GET', script);
    xhr.setRequestHeader('Service-Worker', 'script');
    xhr.send();
  });
  const cache = await caches.open('attacker').catch(() => undefined);
  await cache?.add(script).catch(() => undefined);
  attacker.take('Cache', await (await cache?.match(script))?.text());

  const load = (tag: string, attributes: Record<string, string>) =>
    new Promise<void>((resolve) => {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      const done = () => {
        try {
          attacker.take(tag, (element as HTMLIFrameElement).contentDocument?.documentElement.outerHTML);
        } catch {
          // Another origin.
        }
        attacker.take(tag, Reflect.get(globalThis, '__SESSION_KEEPER_SEAL__'));
        resolve();
      };
      element.onload = done;
      element.onerror = done;
      setTimeout(done, 400);
      document.body?.append(element);
    });
  const loads = [
    'script',
    'fetch',
    'worker',
    'sharedworker',
    'serviceworker',
    'style',
    'image',
    'document',
    'font',
    'track',
  ];
  await Promise.all([
    load('script', { src: script }),
    load('script', { src: script, type: 'module' }),
    load('script', { src: script, crossorigin: 'use-credentials' }),
    load('iframe', { src: script }),
    load('object', { data: script, type: 'text/plain' }),
    load('embed', { src: script, type: 'text/plain' }),
    load('img', { src: script }),
    load('video', { src: script }),
    load('link', { rel: 'stylesheet', href: script }),
    load('link', { rel: 'modulepreload', href: script }),
    load('link', { rel: 'prefetch', href: script }),
    load('link', { rel: 'manifest', href: script }),
    ...loads.map((as) => load('link', { rel: 'preload', as, href: script })),
  ]);
  await read('fetch after preload', script, { cache: 'force-cache' });

  const workers = [
    () => new Worker('/attacker.js'),
    () => new Worker('/attacker.js', { type: 'module' }),
    () => new Worker(script),
    () => new Worker(script, { type: 'module' }),
    () => new SharedWorker('/attacker.js'),
    () => new SharedWorker(script),
    () => new Worker(URL.createObjectURL(new Blob([`importScripts('${location.origin}${script}')`]))),
    () => new Worker(`data:text/javascript,importScripts('${location.origin}${script}')`),
  ];
  for (const start of workers) {
    try {
      start();
    } catch {
      // Refused.
    }
  }
  await attacker.pause(600);
}

/** Reads the script out of the HTTP cache, at the moments when a registration has just fetched it. */
async function readFromCache(): Promise<void> {
  const script = '/service-worker.js';
  const read = async (cache: RequestCache) => {
    const response = await fetch(script, { cache, mode: 'same-origin' }).catch(() => undefined);
    attacker.take(`fetch ${cache}`, await response?.text());
  };
  const registration = await navigator.serviceWorker.getRegistration();
  await registration?.update().catch(() => undefined);
  for (const cache of ['only-if-cached', 'force-cache', 'default'] as const) await read(cache);
  await registration?.unregister();
  // The browser's own cache mode, where the page may choose it.
  const again = await navigator.serviceWorker
    .register(script, { updateViaCache: 'all' })
    .catch(() => undefined);
  await again?.update().catch(() => undefined);
  for (const cache of ['only-if-cached', 'force-cache', 'default'] as const) await read(cache);
}

export const scriptBytes: Attack = {
  name: 'script bytes',
  tries:
    "the worker's script by every destination, cache mode, method, path and forged header, as module, preload, worker, frame",
  threat: '5.1.2',
  defence: 'given for the three headers of a registration only, at one URL',
  weakness: { without: 'the check of the headers', weaken: withoutScriptCheck },
  run: (stage: Stage) => stage.run(askForTheScript, undefined),
};

export const scriptCache: Attack = {
  name: 'script cache',
  tries: "the worker's script out of the HTTP cache, right after a registration fetched it",
  threat: '5.1.2',
  defence: '`Cache-Control: no-store` on the script',
  weakness: {
    without: '`no-store`',
    harmlessIn: { webkit: 'WebKitGTK keeps no worker script where a fetch of the page finds it' },
    weaken: withCacheableScript,
  },
  run: (stage: Stage) => stage.run(readFromCache, undefined),
};
