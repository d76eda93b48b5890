/** Values that tell other sites no more than the default does. */
const REFERRER_POLICIES = ['no-referrer', 'same-origin', 'strict-origin', 'strict-origin-when-cross-origin'];

/** The headers that every response of the origin carries; a script can open each of them as a document. */
export function securityHeaders(contentSecurityPolicy: string): Headers {
  return new Headers({
    'content-security-policy': contentSecurityPolicy,
    // A window that a script opens on the redirect path, or on an error of a proxy, keeps no tie to it.
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'x-content-type-options': 'nosniff',
  });
}

/**
 * What one header becomes when the app has values of its own for it. Two policies are both enforced by the browser;
 * a stricter referrer policy and the app's word on who may embed a resource stand; for the rest ours replaces.
 */
export function mergeHeader(name: string, ours: string, theirs: readonly string[]): readonly string[] {
  switch (name) {
    case 'content-security-policy':
    case 'set-cookie':
      return theirs.some((value) => value.includes(ours)) ? theirs : [...theirs, ours];
    case 'referrer-policy':
      return REFERRER_POLICIES.includes(theirs.join(', ')) ? theirs : [ours];
    case 'cross-origin-resource-policy':
      return theirs.length > 0 ? theirs : [ours];
    default:
      return [ours];
  }
}

/** A copy of the response that has the headers; `undefined` where none can be set, as on a WebSocket's 101. */
export function withHeaders(response: Response, added: Headers): Response | undefined {
  if (response.status < 200) return undefined;
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  for (const [name, ours] of added) {
    const own = name === 'set-cookie' ? headers.getSetCookie() : headers.get(name);
    const theirs = own === null ? [] : [own].flat();
    headers.delete(name);
    for (const value of mergeHeader(name, ours, theirs)) headers.append(name, value);
  }
  return new Response(response.body, { status, statusText, headers });
}
