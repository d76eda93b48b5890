import type { Page } from '@playwright/test';
import type { Plugin } from 'vite';
import type { System } from '../../demo/system.js';

/** What another version of the library has in place of this one's. */
interface Version {
  readonly protocol?: { readonly current: number; readonly oldest: number };
  /** Of the database's schema. */
  readonly schema?: number;
}

let deployed = 0;

/** Deploys another version of the worker; browsers take it at their next update check. */
export function deployVersion(system: System, { protocol, schema }: Version = {}): Promise<void> {
  // The options are written into the script, so each deployment has other bytes.
  const policy = { queue: { maxRequests: 1000 + ++deployed } };
  return system.app.deployWorker({ policy }, [
    ...(protocol ? [replacing(/PROTOCOL = \{[^}]*\}/, `PROTOCOL = ${JSON.stringify(protocol)}`)] : []),
    ...(schema
      ? [
          replacing(
            /migrations = MIGRATIONS/,
            `migrations = [...MIGRATIONS, ${'() => undefined, '.repeat(schema - 1)}]`,
          ),
        ]
      : []),
  ]);
}

/** Asks the browser to look for the version that was deployed, and answers once it is installed. */
export async function update(tab: Page): Promise<void> {
  await tab.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const found = new Promise<ServiceWorker | null>((resolve) => {
      registration.addEventListener('updatefound', () => resolve(registration.installing), { once: true });
    });
    await registration.update();
    const coming = await found;
    while (coming?.state === 'installing') {
      await new Promise((resolve) => coming.addEventListener('statechange', resolve, { once: true }));
    }
    Reflect.set(globalThis, 'comingVersion', coming);
  });
  // A worker says that it is installed before the page's registration has it as the one that waits.
  await tab.waitForFunction(async () => {
    const { active, waiting } = await navigator.serviceWorker.ready;
    return [active, waiting].includes(Reflect.get(globalThis, 'comingVersion'));
  });
}

/** The states of the versions that the browser has. */
export function versionsOf(tab: Page): Promise<Record<string, string>> {
  return tab.evaluate(async () => {
    const { active, waiting, installing } = await navigator.serviceWorker.ready;
    return {
      ...(active && { active: active.state }),
      ...(waiting && { waiting: waiting.state }),
      ...(installing && { installing: installing.state }),
    };
  });
}

/** Waits until the newest version is active, and controls the page. */
export async function untilActivated(tab: Page): Promise<void> {
  await tab.waitForFunction(async () => {
    const { active, waiting, installing } = await navigator.serviceWorker.ready;
    return (
      !waiting &&
      !installing &&
      active?.state === 'activated' &&
      navigator.serviceWorker.controller === active
    );
  });
}

/** A build in which one piece of the library's source is another. */
function replacing(pattern: RegExp, replacement: string): Plugin {
  return {
    name: 'another-version',
    enforce: 'pre',
    transform: (code, id) =>
      /\/src\/(shared|worker)\//.test(id) && pattern.test(code) ? code.replace(pattern, replacement) : null,
  };
}
