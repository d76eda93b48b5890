import * as oauth from 'oauth4webapi';
import { describe, expect, it } from 'vitest';
import {
  pushFailure,
  requestFailure,
  statusFailure,
  tokenFailure,
} from '../../../../src/worker/oauth/outcome.js';
import { ISSUER, refusal } from '../fake-authorization-server.js';

const NOW = Date.UTC(2026, 10, 23, 12);
const server: oauth.AuthorizationServer = { issuer: ISSUER, token_endpoint: `${ISSUER}/token` };
const client: oauth.Client = { client_id: 'orders-spa' };

/** What oauth4webapi throws at this answer. */
async function thrownAt(response: Response): Promise<unknown> {
  try {
    await oauth.processRefreshTokenResponse(server, client, response);
  } catch (cause) {
    return cause;
  }
  throw new Error('the answer was taken');
}

describe('the status of an answer', () => {
  it.each([
    ...[408, 425, 429, 503, 511].map((status) => [status, 'retriable'] as const),
    ...[500, 502, 504, 599].map((status) => [status, 'ambiguous'] as const),
  ])('%i is for now, and %s', (status, kind) => {
    expect(statusFailure(new Response('<h1>busy</h1>', { status }), NOW)).toMatchObject({
      kind,
      error: { code: 'authorization_server_error', retryable: true },
    });
  });

  it.each([200, 201, 400, 401, 403, 404])('%i is to be read further', (status) => {
    expect(statusFailure(new Response(null, { status }), NOW)).toBeUndefined();
  });

  it('is for now when it is a redirect, as of a captive portal', () => {
    const redirect = { type: 'opaqueredirect', status: 0, headers: new Headers() } as Response;
    expect(statusFailure(redirect, NOW)).toMatchObject({
      kind: 'retriable',
      error: { code: 'authorization_server_error', retryable: true },
    });
  });

  it.each([
    ['seconds', '7', 7000],
    ['a date', 'Mon, 23 Nov 2026 12:00:09 GMT', 9000],
  ])('comes with the wait that the server asks for in %s', (_, value, retryAfterMs) => {
    const response = new Response(null, { status: 503, headers: { 'Retry-After': value } });
    expect(statusFailure(response, NOW)).toMatchObject({ retryAfterMs });
  });

  it('comes without a wait when the server asks for none', () => {
    expect(statusFailure(new Response(null, { status: 503 }), NOW)).not.toHaveProperty('retryAfterMs');
  });
});

describe('the answer to a token request', () => {
  it.each([
    ['invalid_grant', 'session_revoked'],
    ['invalid_client', 'client_rejected'],
    ['unauthorized_client', 'client_rejected'],
    ['unsupported_grant_type', 'token_request_rejected'],
    ['invalid_scope', 'token_request_rejected'],
    ['invalid_request', 'token_request_rejected'],
  ])('%s is terminal: %s', async (error, code) => {
    expect(tokenFailure(await thrownAt(refusal(error, 'because')))).toMatchObject({
      kind: 'terminal',
      error: { code, retryable: false, message: expect.stringContaining('because') },
    });
  });

  it.each([
    ['temporarily_unavailable', 'retriable'],
    ['server_error', 'ambiguous'],
    ['invalid_dpop_proof', 'retriable'],
    ['use_dpop_nonce', 'retriable'],
  ])('%s with a 400 is %s: it ends nothing', async (error, kind) => {
    expect(tokenFailure(await thrownAt(refusal(error, 'because')))).toMatchObject({
      kind,
      error: { code: 'authorization_server_error', retryable: true },
    });
  });

  it('comes with the wait that a busy server asks for beside its error code', async () => {
    const response = refusal('temporarily_unavailable');
    response.headers.set('Retry-After', '7');
    expect(tokenFailure(await thrownAt(response), response, NOW)).toMatchObject({ retryAfterMs: 7000 });
  });

  it('401 with a challenge is terminal: the client is rejected', async () => {
    const headers = { 'WWW-Authenticate': 'Basic realm="id"' };
    expect(tokenFailure(await thrownAt(new Response(null, { status: 401, headers })))).toMatchObject({
      kind: 'terminal',
      error: { code: 'client_rejected' },
    });
  });

  it.each([
    [
      'a 200 that is a web page',
      () => new Response('<h1>Hello</h1>', { headers: { 'content-type': 'text/html' } }),
    ],
    [
      'a 200 that was cut off',
      () => new Response('{"access_tok', { headers: { 'content-type': 'application/json' } }),
    ],
    ['a 200 without a token', () => Response.json({ token_type: 'Bearer' })],
    ['a 200 of another token type', () => Response.json({ access_token: 'a', token_type: 'mac' })],
    ['a 403 of a firewall', () => new Response('<h1>Blocked</h1>', { status: 403 })],
    ['a 404 of a proxy', () => new Response('no such page', { status: 404 })],
  ])('%s is ambiguous', async (_, response) => {
    expect(tokenFailure(await thrownAt(response()))).toMatchObject({
      kind: 'ambiguous',
      error: { code: 'authorization_server_error', retryable: true },
    });
  });
});

describe('no answer', () => {
  it('names the server and may be tried again', () => {
    const error = requestFailure(new TypeError('Failed to fetch'), `${ISSUER}/token?secret=1`);
    expect(error).toMatchObject({ code: 'authorization_server_unreachable', retryable: true });
    expect(error.message).toContain(ISSUER);
    expect(error.message).not.toContain('secret');
  });
});

describe('a refused pushed authorization request', () => {
  const redirectUri = new URL('https://orders.example.com/session/callback');

  it.each([
    ['invalid_client', 'client_rejected'],
    ['invalid_redirect_uri', 'authorization_request_rejected'],
    ['invalid_request', 'authorization_request_rejected'],
  ])('%s is %s', async (error, code) => {
    expect(pushFailure(await thrownAt(refusal(error)), redirectUri)).toMatchObject({
      code,
      retryable: false,
    });
  });

  it('names the redirect URI that has to be registered', async () => {
    const { message } = pushFailure(await thrownAt(refusal('invalid_redirect_uri')), redirectUri);
    expect(message).toContain(redirectUri.href);
  });

  it('that cannot be read may be tried again', async () => {
    const cause = await thrownAt(new Response('<h1>Blocked</h1>', { status: 403 }));
    expect(pushFailure(cause, redirectUri)).toMatchObject({
      code: 'authorization_server_error',
      retryable: true,
    });
  });
});
