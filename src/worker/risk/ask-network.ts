import { marksOf, NETWORK_HEADER, NETWORK_QUESTION, NETWORK_SEAL } from '../../shared/network-marks.js';
import type { StepUpParts } from '../step-up/step-up.js';
import type { Seal } from '../vault/seal.js';

const DEADLINE_MS = 5000;

/** The present network's marks; `undefined`: the server could not be asked. Never rejects. */
export type AskNetwork = () => Promise<readonly [string, ...string[]] | undefined>;

/**
 * Asks at the URL of the worker's script. A worker's own requests pass no worker, so no page can see this one or answer it; and what is
 * sealed in it is made with a key that no page has.
 */
export function askNetworkWith(
  { environment, scope }: Pick<StepUpParts, 'environment' | 'scope'>,
  seal: Seal,
): AskNetwork {
  return async () => {
    try {
      const response = await environment.fetch(`${scope.location.pathname}?${NETWORK_QUESTION}`, {
        method: 'POST',
        headers: { [NETWORK_HEADER]: await seal.close(NETWORK_SEAL, environment.clock.now()) },
        redirect: 'error',
        cache: 'no-store',
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      return response.ok ? marksOf(await response.text()) : undefined;
    } catch {
      return undefined;
    }
  };
}
