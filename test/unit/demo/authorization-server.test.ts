import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type System, startSystem } from '../../../demo/system.js';
import { ANY_PORTS, CLIENT, INSECURE, NO_AUTHENTICATION, Person, refreshTokenOf } from './person.js';

let system: System;
let ada: Person;

beforeAll(async () => {
  system = await startSystem({ ports: ANY_PORTS, page: false });
});
afterAll(() => system.stop());
beforeEach(() => {
  system.authorizationServer.revokeAll('ada');
  system.authorizationServer.resetStats();
  ada = new Person(system);
});

describe('sign-in', () => {
  it('gives a JWT access token for the API, a refresh token and the claims of the person', async () => {
    const tokens = await ada.tokens();
    const { aud, scope, exp = 0, iat = 0 } = decodeJwt(tokens.access_token);
    expect(aud).toBe(system.api.origin);
    expect(String(scope).split(' ')).toContain('orders');
    expect(exp - iat).toBe(60);
    expect(tokens.expires_in).toBe(60);
    expect(tokens.refresh_token).toBeTypeOf('string');
    expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({
      sub: 'ada',
      name: 'Ada Lovelace',
      email: 'ada@example.com',
    });
    expect(system.authorizationServer.stats()).toMatchObject({ signInPages: 1, authorizationRequests: 1 });
  });

  it('needs no page and no consent the second time, and with prompt=consent keeps offline_access', async () => {
    await ada.tokens();
    system.authorizationServer.resetStats();
    const tokens = await ada.tokens({ prompt: 'consent' });
    expect(tokens.scope?.split(' ')).toContain('offline_access');
    expect(refreshTokenOf(await ada.tokens({ prompt: 'none' }))).toBeTypeOf('string');
    expect(system.authorizationServer.stats().signInPages).toBe(0);
  });

  it('works again after the grant was revoked while the server still knows the person', async () => {
    await ada.tokens();
    expect(system.authorizationServer.revokeAll('ada')).toBe(1);
    const tokens = await ada.tokens();
    expect(system.authorizationServer.refreshTokenIsActive(refreshTokenOf(tokens))).toBe(true);
  });

  it('shows the form again after a wrong password, with a text that says so', async () => {
    const { parameters } = await ada.authorizationRequest();
    const { authorization_endpoint } = await ada.metadata();
    const { url } = await ada.visit(`${authorization_endpoint}?${parameters}`);
    const form = new URLSearchParams({ username: 'ada"', password: 'wrong', action: 'sign-in' });
    const { response, html } = await ada.visit(url, form);
    expect(response.status).toBe(401);
    expect(html).toContain('role="alert"');
    expect(html).toContain('value="ada&quot;"');
    expect(system.authorizationServer.stats().signInPages).toBe(2);
  });

  it('answers access_denied when the person cancels', async () => {
    const { parameters } = await ada.authorizationRequest();
    const { authorization_endpoint } = await ada.metadata();
    const { url } = await ada.visit(`${authorization_endpoint}?${parameters}`);
    const { html } = await ada.visit(url, new URLSearchParams({ action: 'cancel' }));
    expect(html).toContain('value="access_denied"');
  });

  it('refuses a response mode that puts the code into a URL', async () => {
    await ada.tokens();
    const { authorization_endpoint } = await ada.metadata();
    for (const response_mode of ['query', 'fragment']) {
      const { parameters } = await ada.authorizationRequest({ response_mode });
      const { url } = await ada.visit(`${authorization_endpoint}?${parameters}`);
      expect(url.href).not.toContain('code=');
      expect(url.href).toContain('error=invalid_request');
    }
  });

  it('refuses a request without PKCE and a foreign redirect URI', async () => {
    const { authorization_endpoint } = await ada.metadata();
    const { parameters } = await ada.authorizationRequest();
    parameters.delete('code_challenge');
    parameters.delete('code_challenge_method');
    const noPkce = await ada.visit(`${authorization_endpoint}?${parameters}`);
    expect(noPkce.html).toContain('value="invalid_request"');

    const foreign = await ada.authorizationRequest({ redirect_uri: `${system.app.origin}/elsewhere` });
    const { response, html } = await ada.visit(`${authorization_endpoint}?${foreign.parameters}`);
    expect(response.status).toBe(400);
    expect(html).toContain('That did not work');
  });

  it('refuses a resource that it does not know', async () => {
    const { authorization_endpoint } = await ada.metadata();
    const { parameters } = await ada.authorizationRequest({ resource: 'https://elsewhere.example' });
    const { html } = await ada.visit(`${authorization_endpoint}?${parameters}`);
    expect(html).toContain('value="invalid_target"');
  });

  it('takes a pushed authorization request', async () => {
    const server = await ada.metadata();
    const { verifier, state, parameters } = await ada.authorizationRequest();
    const pushed = await oauth.processPushedAuthorizationResponse(
      server,
      CLIENT,
      await oauth.pushedAuthorizationRequest(server, CLIENT, NO_AUTHENTICATION, parameters, INSECURE),
    );
    const { request_uri } = pushed;
    const answer = await ada.signIn(new URLSearchParams({ client_id: CLIENT.client_id, request_uri }));
    const validated = oauth.validateAuthResponse(server, CLIENT, answer, state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      CLIENT,
      NO_AUTHENTICATION,
      validated,
      ada.redirectUri,
      verifier,
      INSECURE,
    );
    expect(response.status).toBe(200);
    expect(system.authorizationServer.stats().pushedAuthorizationRequests).toBe(1);
  });
});

describe('refresh tokens', () => {
  it('rotate at each use, and one per sign-in is alive', async () => {
    const first = refreshTokenOf(await ada.tokens());
    const second = refreshTokenOf(await ada.refresh(first));
    expect(second).not.toBe(first);
    const { authorizationServer } = system;
    expect(authorizationServer.refreshTokenIsActive(first)).toBe(false);
    expect(authorizationServer.refreshTokenIsActive(second)).toBe(true);
    expect(authorizationServer.liveRefreshTokens('ada')).toBe(1);
    const { tokenRequests, refreshes } = authorizationServer.stats();
    expect(refreshes).toBe(1);
    expect(tokenRequests.map(({ grantType, outcome }) => [grantType, outcome])).toEqual([
      ['authorization_code', 'success'],
      ['refresh_token', 'success'],
    ]);
  });

  it('used twice end the whole grant, successor included', async () => {
    const first = refreshTokenOf(await ada.tokens());
    const second = refreshTokenOf(await ada.refresh(first));
    await expect(ada.refresh(first)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(ada.refresh(second)).rejects.toMatchObject({ error: 'invalid_grant' });
    const stats = system.authorizationServer.stats();
    expect(stats).toMatchObject({ reuseDetections: 1, revokedGrants: 1, refreshes: 1 });
    expect(stats.tokenRequests.at(-1)).toMatchObject({
      outcome: 'refused',
      status: 400,
      error: 'invalid_grant',
    });
    expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(0);
  });

  it('end when revoked', async () => {
    const server = await ada.metadata();
    const token = refreshTokenOf(await ada.tokens());
    const response = await oauth.revocationRequest(server, CLIENT, NO_AUTHENTICATION, token, {
      ...INSECURE,
      additionalParameters: { token_type_hint: 'refresh_token' },
    });
    await oauth.processRevocationResponse(response);
    expect(system.authorizationServer.refreshTokenIsActive(token)).toBe(false);
    expect(system.authorizationServer.stats().revocations).toBe(1);
    await expect(ada.refresh(token)).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('get access tokens of the length that is set now', async () => {
    system.authorizationServer.setAccessTokenSeconds(5);
    expect((await ada.tokens()).expires_in).toBe(5);
    system.authorizationServer.setAccessTokenSeconds(60);
  });
});

describe('sign-out', () => {
  it('submits itself when the ID token hint is valid, ends the session and goes back to the page', async () => {
    const { id_token } = await ada.tokens();
    const { end_session_endpoint } = await ada.metadata();
    const parameters = new URLSearchParams({
      id_token_hint: id_token ?? '',
      post_logout_redirect_uri: `${system.app.origin}/`,
    });
    const page = await ada.visit(`${end_session_endpoint}?${parameters}`);
    expect(page.html).toContain('/assets/submit.js');
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.html)?.[1] ?? '';
    const form = new URLSearchParams({ xsrf, logout: 'yes' });
    const { url } = await ada.visit(`${end_session_endpoint}/confirm`, form);
    expect(url.href).toBe(`${system.app.origin}/`);
    expect(system.authorizationServer.stats().endedSessions).toBe(1);
    await ada.tokens();
    expect(system.authorizationServer.stats().signInPages).toBe(2);
  });

  it('asks first when there is no hint', async () => {
    await ada.tokens();
    const { end_session_endpoint } = await ada.metadata();
    const { html } = await ada.visit(String(end_session_endpoint));
    expect(html).toContain('Stay signed in');
    expect(html).not.toContain('/assets/submit.js');
  });
});

describe('cross-origin access', () => {
  it.each(['/token', '/request', '/token/revocation'])('of %s is for the order desk alone', async (path) => {
    const call = (origin: string) =>
      fetch(`${system.authorizationServer.issuer}${path}`, {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({
          client_id: CLIENT.client_id,
          token: 'none',
          grant_type: 'refresh_token',
        }),
      });
    const own = await call(system.app.origin);
    expect(own.headers.get('access-control-allow-origin')).toBe(system.app.origin);
    const foreign = await call('http://localhost:1');
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('faults on purpose', () => {
  it('cuts connections, or answers 503 across origins, and counts the lost requests', async () => {
    const token = refreshTokenOf(await ada.tokens());
    const { authorizationServer } = system;
    authorizationServer.resetStats();
    authorizationServer.down('drop');
    await expect(fetch(`${authorizationServer.issuer}/token`, { method: 'POST' })).rejects.toThrow();
    authorizationServer.down('unavailable');
    const response = await fetch(`${authorizationServer.issuer}/token`, { method: 'POST' });
    expect(response.status).toBe(503);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    authorizationServer.down(false);
    expect(authorizationServer.stats().tokenRequests.map(({ outcome }) => outcome)).toEqual(['lost', 'lost']);
    expect((await ada.refresh(token)).access_token).toBeTypeOf('string');
  });

  it('swallows an answer after the provider handled the request', async () => {
    const token = refreshTokenOf(await ada.tokens());
    const remove = system.authorizationServer.onRequest((req, res) => {
      if (req.url === '/token') {
        res.end = () => {
          req.socket.destroy();
          return res;
        };
      }
      return false;
    });
    await expect(ada.refresh(token)).rejects.toThrow(TypeError);
    remove();
    expect(system.authorizationServer.stats().tokenRequests.at(-1)?.outcome).toBe('success');
    expect(system.authorizationServer.refreshTokenIsActive(token)).toBe(false);
  });
});
