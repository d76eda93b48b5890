import type { Answer, Probe } from './probe.js';

/** What the doctor knows of a deployment before it looks closer. */
export interface Deployment {
  /** The page that was given. */
  readonly url: URL;
  readonly workerPath: string;
  readonly redirectPath: string;
  readonly issuer: string;
  readonly probe: Probe;
  /** What the seal's cookie is called on this origin. */
  readonly cookieName: string;
  /** `name=value` as a navigation minted it; absent where none was. */
  readonly cookie?: string;
  /** The answer to a navigation of a first visit. */
  readonly page: Answer;
}

export type Verdict =
  | { readonly result: 'ok' }
  /** `what` is wrong. A `warn` works, and is weaker than it could be. */
  | { readonly result: 'warn' | 'fail'; readonly what: string };

export interface Check {
  /** Stable: it is in the output, in `--json`, and in docs/doctor.md. */
  readonly name: string;
  /** How to mend it. */
  readonly mend: string;
  /** Where the documentation says more. */
  readonly page: string;
  run(deployment: Deployment): Promise<Verdict>;
}

export const OK: Verdict = { result: 'ok' };

export function fail(what: string): Verdict {
  return { result: 'fail', what };
}

export function warn(what: string): Verdict {
  return { result: 'warn', what };
}

/** `ok`, or failed with all that is wrong. */
export function verdict(wrong: readonly string[], result: 'warn' | 'fail' = 'fail'): Verdict {
  return wrong.length === 0 ? OK : { result, what: wrong.join('; ') };
}

export const NAVIGATION = {
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-site': 'none',
} as const;

/** What the main-script request of a classic worker carries in all engines. */
export const WORKER_TRIPLE = {
  'sec-fetch-dest': 'serviceworker',
  'sec-fetch-mode': 'same-origin',
  'service-worker': 'script',
} as const;

export function cookieHeader({ cookie }: Pick<Deployment, 'cookie'>): Record<string, string> {
  return cookie === undefined ? {} : { cookie };
}
