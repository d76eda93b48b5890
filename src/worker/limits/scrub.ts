import { isProof } from '../oauth/proof.js';
import type { Resource } from './limits.js';

/** Read as a whole; an event stream never ends, so it is let through. */
const TEXT = /^(?:text\/(?!event-stream)|application\/(?:[\w.+-]*\+)?(?:json|xml)\b)/;
const REMOVED = '[removed]';
/** A JWS in compact form (RFC 7515 §7.1). */
const JWS = /eyJ[\w-]*\.[\w-]+\.[\w-]+/g;

/** Takes the credential that a request was sent with out of these origins' answers. */
export function scrubbing(resource: Resource, origins: readonly string[]): Resource {
  return {
    send: async (request, record) => {
      const response = await resource.send(request, record);
      return origins.includes(new URL(request.url).origin)
        ? scrubbed(response, record.accessToken)
        : response;
    },
  };
}

/**
 * The API's answer without this token and without proofs of possession, in its headers and, where it is text, in its body. What
 * an API encodes is not found.
 */
export async function scrubbed(response: Response, accessToken: string): Promise<Response> {
  const { body, status, statusText } = response;
  // A redirect that the browser follows itself has nothing to read.
  if (!status) return response;
  const clean = (text: string) =>
    text.replaceAll(accessToken, REMOVED).replace(JWS, (jws) => (isProof(jws) ? REMOVED : jws));
  const headers = new Headers(Array.from(response.headers, ([name, value]) => [name, clean(value)]));
  const isText = body && TEXT.test(headers.get('Content-Type') ?? '');
  if (isText) headers.delete('Content-Length');
  return new Response(isText ? clean(await response.text()) : body, { status, statusText, headers });
}
