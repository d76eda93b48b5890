import { createHash, randomBytes } from 'node:crypto';
import { PASSWORDS, type Stage } from './stage.js';

/** What an application of before got when somebody signed in to it. */
export interface FormerTokens {
  readonly refreshToken: string;
  readonly idToken: string;
}

/** A sign-in outside of the person's browser, with a verifier of its own: an attacker's, or the app's of before. */
export async function signInOutside(stage: Stage, person: 'ada' | 'grace'): Promise<FormerTokens> {
  const verifier = randomBytes(32).toString('base64url');
  const { issuer } = stage.system.authorizationServer;
  const redirectUri = `${stage.origin}/session/callback`;
  const start = new URL('/auth', issuer);
  start.search = new URLSearchParams({
    client_id: 'order-desk',
    redirect_uri: redirectUri,
    response_type: 'code',
    response_mode: 'form_post',
    scope: 'openid profile email offline_access orders',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const window = new OutsideWindow();
  const form = await window.visit(start);
  const credentials = { username: person, password: PASSWORDS[person], action: 'sign-in' };
  const answer = await window.visit(form.url, new URLSearchParams(credentials));
  const code = /name="code" value="([\w-]+)"/.exec(answer.text)?.[1] ?? '';
  const response = await askForTokens(stage, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
  const { refresh_token: refreshToken, id_token: idToken } = (await response.json()) as Record<
    string,
    string
  >;
  if (!refreshToken || !idToken) throw new Error('nobody could sign in outside');
  return { refreshToken, idToken };
}

/** A token request of no browser's. */
export function askForTokens({ system }: Stage, parameters: Record<string, string>): Promise<Response> {
  return fetch(new URL('/token', system.authorizationServer.issuer), {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'order-desk', ...parameters }),
  });
}

/** Follows redirects, and keeps cookies. */
class OutsideWindow {
  readonly #cookies = new Map<string, string>();

  async visit(url: URL, form?: URLSearchParams): Promise<{ readonly url: URL; readonly text: string }> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      headers: { cookie },
      redirect: 'manual',
      ...(form && { method: 'POST', body: form }),
    });
    for (const each of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      this.#cookies.set(name, value);
    }
    const location = response.headers.get('location');
    return location ? this.visit(new URL(location, url)) : { url, text: await response.text() };
  }
}
