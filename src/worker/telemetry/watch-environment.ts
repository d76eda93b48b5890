import type { Environment } from '../environment.js';
import type { RecordEvent } from './recorder.js';
import { newTraceparent } from './traceparent.js';

const NONCE_ASKED = 'use_dpop_nonce';

/** Tells of each round for a nonce (RFC 9449 §8, §9), and gives requests to these origins a `traceparent` where they have none. */
export function watchEnvironment(
  environment: Environment,
  traced: readonly string[],
  record: RecordEvent,
): Environment {
  return {
    ...environment,
    fetch: async (input, init) => {
      if (input instanceof Request) trace(input, traced);
      const response = await environment.fetch(input, init);
      if (await asksForNonce(response))
        record('dpop.nonce', { server: input instanceof Request ? 'api' : 'authorization_server' });
      return response;
    },
  };
}

/** Only the worker's own requests can be changed: those that it laid a credential on. */
function trace({ url, headers }: Request, traced: readonly string[]): void {
  const isOurs = headers.has('Authorization') && !headers.has('traceparent');
  if (isOurs && traced.includes(new URL(url).origin)) headers.set('traceparent', newTraceparent());
}

/** An API says it in its challenge, a token endpoint in its error. */
async function asksForNonce(response: Response): Promise<boolean> {
  const { status, headers } = response;
  if (!headers.has('DPoP-Nonce')) return false;
  if (status === 401 && headers.get('WWW-Authenticate')?.includes(NONCE_ASKED)) return true;
  if (status !== 400) return false;
  const body: { readonly error?: unknown } | null = await response
    .clone()
    .json()
    .catch(() => null);
  return body?.error === NONCE_ASKED;
}
