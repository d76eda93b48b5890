import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  brokenJson,
  htmlPage,
  oauthError,
  redirectTo,
  retryLater,
  type TokenErrorCode,
} from '../../../demo/authorization-server/token-answers.js';
import { type System, startSystem } from '../../../demo/system.js';
import { ANY_PORTS, CLIENT, Person, refreshTokenOf } from './person.js';

let system: System;
let ada: Person;
let token: string;

beforeAll(async () => {
  system = await startSystem({ ports: ANY_PORTS, page: false });
});
afterAll(() => system.stop());
beforeEach(async () => {
  ada = new Person(system);
  token = refreshTokenOf(await ada.tokens());
  system.authorizationServer.resetStats();
});

const outcomes = () => system.authorizationServer.stats().tokenRequests.map(({ outcome }) => outcome);

function refreshRequest(signal?: AbortSignal): Promise<Response> {
  return fetch(`${system.authorizationServer.issuer}/token`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: system.app.origin },
    body: new URLSearchParams({
      client_id: CLIENT.client_id,
      grant_type: 'refresh_token',
      refresh_token: token,
    }),
    ...(signal && { signal }),
  });
}

/** What comes first: this answer, or that of a request which starts now. */
function firstOf(answer: Promise<Response>): Promise<string> {
  const other = fetch(`${system.authorizationServer.issuer}/jwks`);
  return Promise.race([answer.then(() => 'the answer'), other.then(() => 'another request')]);
}

describe('a lost response', () => {
  it('comes after the provider has handled the request, as often as was asked', async () => {
    const { authorizationServer } = system;
    const fault = authorizationServer.loseResponse(1);
    await expect(ada.refresh(token)).rejects.toThrow();
    expect(fault.struck).toBe(1);
    expect(outcomes()).toEqual(['success']);
    expect(authorizationServer.refreshTokenIsActive(token)).toBe(false);
    await expect(ada.refresh(token)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(fault.struck).toBe(1);
  });

  it('tells nothing to a client of another origin but that the connection broke', async () => {
    system.authorizationServer.loseResponse(1);
    const response = await refreshRequest();
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    await expect(response.text()).rejects.toThrow(TypeError);
    system.authorizationServer.loseResponse(1, 'repeatable');
    await expect(refreshRequest()).rejects.toThrow(TypeError);
  });

  it('strikes refresh requests, or sign-ins when told so, and goes on until it is disposed', async () => {
    const refreshes = system.authorizationServer.loseResponse();
    await expect(ada.tokens()).resolves.toBeTypeOf('object');
    await expect(ada.refresh(token)).rejects.toThrow();
    await expect(ada.refresh(token)).rejects.toThrow();
    refreshes.dispose();
    expect(refreshes.struck).toBe(2);
    const signIns = system.authorizationServer.loseResponse({ hits: 1, grantType: 'authorization_code' });
    await expect(ada.tokens()).rejects.toThrow();
    expect(signIns.struck).toBe(1);
  });
});

describe('a delay', () => {
  it('keeps the answer back, not the provider', async () => {
    const fault = system.authorizationServer.delay(300, 1);
    const startedAtMs = performance.now();
    const answer = refreshRequest();
    await expect.poll(outcomes, { interval: 5 }).toEqual(['success']);
    expect(performance.now() - startedAtMs).toBeLessThan(290);
    expect((await answer).status).toBe(200);
    expect(performance.now() - startedAtMs).toBeGreaterThan(290);
    expect(fault.struck).toBe(1);
  });
});

describe('an answer of another make', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])(
    '%i with Retry-After, twice, never meets the provider',
    async (status) => {
      const fault = system.authorizationServer.answer(...retryLater(status, '7'), 2);
      for (const _hit of [1, 2]) {
        const response = await refreshRequest();
        expect([response.status, response.headers.get('retry-after')]).toEqual([status, '7']);
        expect(response.headers.get('access-control-allow-origin')).toBe('*');
        expect(response.headers.get('access-control-expose-headers')).toContain('retry-after');
      }
      expect(fault.struck).toBe(2);
      expect(outcomes()).toEqual(['lost', 'lost']);
      expect((await refreshRequest()).status).toBe(200);
    },
  );

  it('HTML, JSON that breaks off and a redirect are what they say', async () => {
    const { authorizationServer } = system;
    const answers = [htmlPage(), brokenJson(), redirectTo('http://portal.example/')];
    const seen: [number, string, string | null][] = [];
    for (const answer of answers) {
      const fault = authorizationServer.answer(...answer);
      const response = await refreshRequest();
      seen.push([response.status, await response.text(), response.headers.get('location')]);
      fault.dispose();
    }
    expect(seen).toEqual([
      [200, expect.stringMatching(/^<!doctype html>/), null],
      [200, '{"access_token":"', null],
      [302, '', 'http://portal.example/'],
    ]);
    expect(authorizationServer.refreshTokenIsActive(token)).toBe(true);
  });

  it.each<[TokenErrorCode, number]>([
    ['invalid_request', 400],
    ['invalid_client', 401],
    ['invalid_grant', 400],
    ['unauthorized_client', 400],
    ['unsupported_grant_type', 400],
    ['invalid_scope', 400],
    ['invalid_target', 400],
    ['invalid_dpop_proof', 400],
  ])('%s is an OAuth error to a client', async (error, status) => {
    system.authorizationServer.answer(...oauthError(error), 1);
    await expect(ada.refresh(token)).rejects.toMatchObject({ error, status });
    expect((await ada.refresh(token)).access_token).toBeTypeOf('string');
  });

  it('use_dpop_nonce is what makes a client ask again', async () => {
    system.authorizationServer.answer(...oauthError('use_dpop_nonce'), 1);
    await ada.refresh(token);
    expect(outcomes()).toEqual(['lost', 'success']);
  });

  it('server_error and temporarily_unavailable come with a 5xx, unless told otherwise', async () => {
    const { authorizationServer } = system;
    authorizationServer.answer(...oauthError('server_error'), 1);
    expect((await refreshRequest()).status).toBe(500);
    authorizationServer.answer(...oauthError('temporarily_unavailable'), 1);
    expect((await refreshRequest()).status).toBe(503);
    authorizationServer.answer(...oauthError('temporarily_unavailable', 400), 1);
    await expect(ada.refresh(token)).rejects.toMatchObject({ error: 'temporarily_unavailable' });
  });

  it('strikes as often as was asked also when the requests come in together', async () => {
    const fault = system.authorizationServer.answer(...retryLater(503), 1);
    const body = `client_id=${CLIENT.client_id}&grant_type=refresh_token`;
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': body.length,
    };
    const url = `${system.authorizationServer.issuer}/token`;
    const requests = [1, 2, 3].map(() => request(url, { method: 'POST', headers }));
    const answers = requests.map((request) => once(request, 'response') as Promise<[IncomingMessage]>);
    for (const request of requests) request.flushHeaders();
    await expect.poll(outcomes, { interval: 5 }).toHaveLength(3);
    for (const request of requests) request.end(body);
    const statuses = (await Promise.all(answers)).map(([answer]) => answer.resume().statusCode);
    expect(statuses.filter((status) => status === 503)).toHaveLength(1);
    expect(fault.struck).toBe(1);
  });

  it('may hide itself from other origins', async () => {
    const elsewhere = 'https://elsewhere.example';
    system.authorizationServer.answer(503, { 'access-control-allow-origin': elsewhere }, '', 1);
    const response = await refreshRequest();
    expect(response.headers.get('access-control-allow-origin')).toBe(elsewhere);
  });
});

describe('a held request', () => {
  it('stands before the provider until it is released', async () => {
    const held = system.authorizationServer.holdNext();
    const answer = refreshRequest();
    await held.arrived;
    expect(await firstOf(answer)).toBe('another request');
    expect(outcomes()).toEqual(['pending']);
    expect(system.authorizationServer.refreshTokenIsActive(token)).toBe(true);
    held.release();
    expect((await answer).status).toBe(200);
    expect(outcomes()).toEqual(['success']);
  });

  it('stands after the provider, and is handled although its client goes away', async () => {
    const held = system.authorizationServer.holdNext('answer');
    const client = new AbortController();
    const answer = refreshRequest(client.signal);
    await held.arrived;
    expect(outcomes()).toEqual(['success']);
    expect(system.authorizationServer.refreshTokenIsActive(token)).toBe(false);
    expect(await firstOf(answer)).toBe('another request');
    client.abort();
    await expect(answer).rejects.toThrow();
    held.release();
    expect((await fetch(`${system.authorizationServer.issuer}/jwks`)).status).toBe(200);
  });

  it('is the next one only, and may be let go before it comes', async () => {
    const held = system.authorizationServer.holdNext();
    const first = ada.refresh(token);
    await held.arrived;
    expect((await ada.tokens()).access_token).toBeTypeOf('string');
    held.release();
    token = refreshTokenOf(await first);
    system.authorizationServer.holdNext().release();
    expect((await refreshRequest()).status).toBe(200);
  });
});

it('faults strike together, in the order in which they were called for', async () => {
  const { authorizationServer } = system;
  const held = authorizationServer.holdNext();
  authorizationServer.answer(...retryLater(503), 1);
  const answer = refreshRequest();
  await held.arrived;
  held.release();
  expect((await answer).status).toBe(503);
  expect(authorizationServer.refreshTokenIsActive(token)).toBe(true);
});

it('an answer of another make is lost, and late, like any other', async () => {
  const { authorizationServer } = system;
  authorizationServer.loseResponse(1);
  authorizationServer.delay(1, 1);
  authorizationServer.answer(...retryLater(503), 1);
  const response = await refreshRequest().catch(() => undefined);
  await expect(response?.text() ?? Promise.reject(new TypeError())).rejects.toThrow(TypeError);
  expect((await refreshRequest()).status).toBe(200);
});

it('a fault says nothing to requests that are no token requests', async () => {
  const fault = system.authorizationServer.answer(...oauthError('invalid_grant'));
  const { issuer } = await ada.metadata();
  expect(issuer).toBe(system.authorizationServer.issuer);
  const preflight = await fetch(`${issuer}/token`, {
    method: 'OPTIONS',
    headers: { origin: system.app.origin, 'access-control-request-method': 'POST' },
  });
  expect(preflight.status).toBe(204);
  expect(fault.struck).toBe(0);
  fault.dispose();
});
