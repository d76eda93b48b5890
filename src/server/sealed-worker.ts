import { SEAL_GLOBAL, type Seal } from '../shared/seal-format.js';
import { type Policy, serializePolicy } from './page-policy.js';

/** Where the worker may connect to: a script that got in, or a redirect to another host, takes nothing elsewhere. */
export function workerPolicy(origins: readonly string[]): Policy {
  return {
    'default-src': ["'none'"],
    'connect-src': ["'self'", ...new Set(origins)],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  };
}

/** The headers of the sealed script. Anything but `no-store` lets a page read it from the HTTP cache. */
export function sealedWorkerHeaders(policy: Policy, scope: string | undefined): Headers {
  const headers = new Headers({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': serializePolicy(policy),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    vary: 'Cookie',
    'x-content-type-options': 'nosniff',
  });
  if (scope !== undefined) headers.set('service-worker-allowed', scope);
  return headers;
}

/** The same bytes for the same browser, keys and script, or each check of the browser would be an update. */
export function sealScript(seal: Seal, script: string): string {
  return `self.${SEAL_GLOBAL}=${JSON.stringify(seal)};\n${script}`;
}
