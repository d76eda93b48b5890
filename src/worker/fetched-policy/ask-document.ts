import type { Environment } from '../environment.js';

/** A server that takes longer is asked again the next time. */
const DEADLINE_MS = 10_000;

/** `away`: for now there is no answer. `none`: whoever answers there gives out no policy. */
export type DocumentAnswer = { readonly document: unknown } | 'away' | 'none';

/** Never rejects. */
export type AskDocument = () => Promise<DocumentAnswer>;

/**
 * A worker's own requests pass no worker, so no script of the page can answer this one; and it passes by the HTTP cache, which such a script can
 * fill. Without cookies, because the page can set as many as make a server refuse the request.
 */
export function askDocument(
  { fetch }: Pick<Environment, 'fetch'>,
  url: string,
  method: 'GET' | 'POST',
): AskDocument {
  return async () => {
    try {
      const response = await fetch(url, {
        method,
        credentials: 'omit',
        cache: 'no-store',
        redirect: 'error',
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      if (!response.ok) return isForNow(response) ? 'away' : 'none';
      const text = await response.text();
      return { document: parsed(text) };
    } catch {
      return 'away';
    }
  };
}

/** What is no JSON is refused as any other wrong document. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 80);
  }
}

function isForNow({ status }: Response): boolean {
  return status >= 500 || [408, 425, 429].includes(status);
}
