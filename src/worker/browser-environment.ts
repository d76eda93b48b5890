import { systemClock } from '../shared/clock.js';
import { SessionKeeperError } from '../shared/errors.js';
import type { Environment } from './environment.js';

/** Only a classic script can call `importScripts`; a module worker's script can be imported by another worker. */
export function requireClassicScript(scope: ServiceWorkerGlobalScope): void {
  try {
    scope.importScripts();
  } catch (cause) {
    throw new SessionKeeperError(
      'worker_is_module',
      'The worker has to be a classic script; session-keeper/vite builds one.',
      { cause },
    );
  }
}

export function browserEnvironment(scope: ServiceWorkerGlobalScope): Environment {
  return {
    clock: systemClock,
    // Not bound: Chromium notes the line that this comes from, for which V8 parses the function around it once more. Here it is short.
    fetch: (...given) => scope.fetch(...given),
    locks: scope.navigator.locks,
    random: Math.random,
    origin: scope.location.origin,
    setTimer: (callback, delayMs) => {
      const id = setTimeout(callback, delayMs);
      return () => clearTimeout(id);
    },
  };
}
