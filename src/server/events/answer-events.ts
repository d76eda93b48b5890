import type { ServerQuestion } from '../../shared/server-question.js';
import { problem } from '../problem.js';
import type { SessionEvents } from './session-events.js';

/**
 * Answers a worker that proves whose session it keeps. A script of the page has no credential, and the worker adds none at its own script's
 * URL; another site is refused before.
 */
export async function answerEvents(
  question: ServerQuestion,
  request: Request,
  events: SessionEvents,
  security: Headers,
): Promise<Response> {
  const session = await events.identify(request);
  if (!session) {
    const detail = 'The request carries no credential of a session that this server knows.';
    return problem({ status: 401, title: 'Unauthorized', detail }, security);
  }
  const headers = new Headers(security);
  headers.set('cache-control', 'no-store');
  if (question === 'sign-out-everywhere') {
    await events.signOutEverywhere(session);
    return new Response(null, { status: 204, headers });
  }
  headers.set('content-type', 'text/event-stream; charset=utf-8');
  // nginx would keep an event back until its buffer is full.
  headers.set('x-accel-buffering', 'no');
  return new Response(await events.listen(session), { headers });
}
