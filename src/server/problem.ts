import type { SessionErrorCode } from '../shared/errors.js';

export interface ProblemDetails {
  readonly status: 401 | 403 | 500;
  readonly title: string;
  readonly detail: string;
  readonly code?: SessionErrorCode;
}

/** An RFC 9457 answer: never a script, never stored, with the page's headers since it is a document too. */
export function problem({ status, title, detail, code }: ProblemDetails, security: Headers): Response {
  const headers = new Headers(security);
  headers.set('content-type', 'application/problem+json');
  headers.set('cache-control', 'no-store');
  const body = { type: 'about:blank', title, status, detail, ...(code === undefined ? {} : { code }) };
  return new Response(JSON.stringify(body), { status, headers });
}
