import * as oauth from 'oauth4webapi';
import { DESK_SCOPE } from './app/desk-scopes.js';

export const INSECURE = { [oauth.allowInsecureRequests]: true };
export const CLIENT: oauth.Client = { client_id: 'order-desk' };
export const NO_AUTHENTICATION = oauth.None();

/** Where the person's order desk is, and who signs people in there. */
export interface Places {
  readonly app: { readonly origin: string };
  readonly authorizationServer: { readonly issuer: string };
}

/** A person with a browser: keeps the authorization server's cookies, follows its redirects, fills in its form. */
export class Person {
  readonly #places: Places;
  readonly #cookies = new Map<string, string>();
  readonly #sending: oauth.TokenEndpointRequestOptions;

  /** @param dpop the key that tokens are bound to. */
  constructor(places: Places, dpop?: oauth.DPoPHandle) {
    this.#places = places;
    this.#sending = { ...INSECURE, ...(dpop && { DPoP: dpop }) };
  }

  async metadata(): Promise<oauth.AuthorizationServer> {
    const issuer = new URL(this.#places.authorizationServer.issuer);
    return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, INSECURE));
  }

  get redirectUri(): string {
    return `${this.#places.app.origin}/session/callback`;
  }

  /** An authorization request with PKCE. `overrides` replace parameters. */
  async authorizationRequest(overrides: Readonly<Record<string, string>> = {}) {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const parameters = new URLSearchParams({
      client_id: CLIENT.client_id,
      redirect_uri: this.redirectUri,
      response_type: 'code',
      response_mode: 'form_post',
      scope: DESK_SCOPE,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...overrides,
    });
    return { verifier, state, parameters };
  }

  /** Goes to a URL of the authorization server and follows it to the page where it rests, or out of the server. */
  async visit(
    url: string | URL,
    form?: URLSearchParams,
  ): Promise<{ url: URL; response: Response; html: string }> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    const location = response.headers.get('location');
    const next = location === null ? undefined : new URL(location, url);
    const { origin } = new URL(this.#places.authorizationServer.issuer);
    if (next?.origin === origin) return this.visit(next);
    return { url: next ?? new URL(url), response, html: next ? '' : await response.text() };
  }

  /** The whole sign-in. @returns what the authorization server posts to the redirect URI. */
  async signIn(parameters: URLSearchParams, username = 'ada', password = 'engine'): Promise<URLSearchParams> {
    const { authorization_endpoint } = await this.metadata();
    const start = await this.visit(`${authorization_endpoint}?${parameters}`);
    if (!start.html.includes('name="username"')) return hiddenFields(start.html);
    const form = new URLSearchParams({ username, password, action: 'sign-in' });
    const { html } = await this.visit(start.url, form);
    return hiddenFields(html);
  }

  async tokens(
    overrides?: Readonly<Record<string, string>>,
    username?: string,
    password?: string,
  ): Promise<oauth.TokenEndpointResponse> {
    const server = await this.metadata();
    const { verifier, state, parameters } = await this.authorizationRequest(overrides);
    const answer = oauth.validateAuthResponse(
      server,
      CLIENT,
      await this.signIn(parameters, username, password),
      state,
    );
    return repeatWithNonce(async () => {
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        CLIENT,
        NO_AUTHENTICATION,
        answer,
        this.redirectUri,
        verifier,
        this.#sending,
      );
      return oauth.processAuthorizationCodeResponse(server, CLIENT, response);
    });
  }

  async refresh(refreshToken: string): Promise<oauth.TokenEndpointResponse> {
    const server = await this.metadata();
    return repeatWithNonce(async () => {
      const response = await oauth.refreshTokenGrantRequest(
        server,
        CLIENT,
        NO_AUTHENTICATION,
        refreshToken,
        this.#sending,
      );
      return oauth.processRefreshTokenResponse(server, CLIENT, response);
    });
  }

  #keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split(';');
    const [name = '', value = ''] = pair.split('=');
    if (attributes.some((attribute) => /expires=Thu, 01 Jan 1970/i.test(attribute)))
      this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

/** Once more when the server asks for its nonce, which the key's handle has kept by then. */
export async function repeatWithNonce<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error;
    return send();
  }
}

function hiddenFields(html: string): URLSearchParams {
  const fields = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return new URLSearchParams(
    [...fields].map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]),
  );
}
