import { isObject } from '../../shared/misuse.js';

const DEADLINE_MS = 3000;

/** `away`: for now there is no answer. Otherwise what the document says of the rollout; `undefined`: nothing. */
export type RolloutAnswer = 'away' | { readonly rollout: unknown };

/** Asks the app's server, where the worker asks for its policy. It is no secret. Never rejects. */
export async function askRollout(worker: URL): Promise<RolloutAnswer> {
  try {
    const response = await fetch(`${worker.pathname}?policy`, {
      method: 'POST',
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (response.status >= 500 || [408, 425, 429].includes(response.status)) return 'away';
    const document: unknown = response.ok ? await response.json().catch(() => undefined) : undefined;
    return { rollout: isObject(document) ? document.rollout : undefined };
  } catch {
    return 'away';
  }
}
