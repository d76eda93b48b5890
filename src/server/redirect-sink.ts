/** Tells the page why it was opened. Without a fragment of its own a redirect inherits one that holds a code. */
const SIGN_IN_LOST_FRAGMENT = '#session-keeper=sign-in-lost';

/** The `Location` that takes the place of the redirect path. */
export function signInLostLocation(signInLostPath: string): string {
  return signInLostPath + SIGN_IN_LOST_FRAGMENT;
}

/** The redirect path and everything below it: the AS returns to the first, the worker uses the rest. */
export function isRedirectPath(pathname: string, redirectPath: string): boolean {
  return pathname === redirectPath || pathname.startsWith(`${redirectPath}/`);
}

/**
 * The answer at the redirect path when no worker gave it, whatever the method, query and headers: a window must never
 * rest on a URL that holds a code, since a script of this origin could read it there. So no body and no error.
 */
export function redirectSink(location: string, security: Headers): Response {
  const headers = new Headers(security);
  headers.set('location', location);
  headers.set('cache-control', 'no-store');
  headers.set('referrer-policy', 'no-referrer');
  return new Response(null, { status: 303, headers });
}
