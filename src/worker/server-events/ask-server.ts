import type { ServerQuestion } from '../../shared/server-question.js';
import { ReplayableRequest } from '../replayable-request.js';
import type { SessionRecord } from '../session-record.js';
import type { ServerEventsParts } from './server-events.js';

/**
 * Asks at the URL of the worker's script with the session's credential, as a request to an API has it: with a token that is bound to a key
 * comes a proof of it. A worker's own requests pass no worker, so no page can see this one or answer it.
 *
 * @throws what the network fails with, and what `signal` is aborted with
 */
export function askServer(
  { resource, environment, scope }: ServerEventsParts,
  question: ServerQuestion,
  credential: SessionRecord,
  signal: AbortSignal,
): Promise<Response> {
  const request = new Request(`${environment.origin}${scope.location.pathname}?${question}`, {
    method: 'POST',
    redirect: 'error',
    cache: 'no-store',
  });
  return resource.send(new ReplayableRequest(request, signal, 0), credential);
}
