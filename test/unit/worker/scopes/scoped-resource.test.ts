import { beforeEach, describe, expect, it } from 'vitest';
import { ReplayableRequest } from '../../../../src/worker/replayable-request.js';
import { ScopeNeeds } from '../../../../src/worker/scopes/scope-needs.js';
import { scopedResource } from '../../../../src/worker/scopes/scoped-resource.js';
import { sessionRecord } from '../worker-parts.js';

const ORIGIN = 'https://api.example.com';
const NEEDS = new ScopeNeeds([
  { origin: ORIGIN, pathPrefix: '/v1/orders', methods: ['POST'], scopes: ['orders:write'] },
  { origin: ORIGIN, pathPrefix: '/v1', scopes: ['orders'] },
]);

let sent: string[];
let answer: () => Response;

beforeEach(() => {
  sent = [];
  answer = () => new Response('the API’s');
});

function send(path: string, method: string, grantedScopes: readonly string[], isNavigation = false) {
  const resource = scopedResource(
    {
      send: async ({ url }) => {
        sent.push(url);
        return answer();
      },
    },
    NEEDS,
    { has: () => isNavigation },
  );
  const request = new Request(ORIGIN + path, { method });
  return resource.send(new ReplayableRequest(request, undefined, 0), sessionRecord({ grantedScopes }));
}

const refused = (challenge: string) => () =>
  new Response('no', { status: 403, headers: { 'WWW-Authenticate': challenge } });

describe('a request whose scopes the session does not have', () => {
  it('is answered with what is missing, and not sent', async () => {
    const response = await send('/v1/orders', 'POST', ['openid', 'orders']);
    expect(response.status).toBe(403);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(response.headers.get('WWW-Authenticate')).toBe(
      'Bearer error="insufficient_scope", scope="orders:write"',
    );
    expect(await response.json()).toMatchObject({
      type: 'urn:session-keeper:insufficient_scope',
      code: 'insufficient_scope',
      status: 403,
      retryable: false,
      missing: ['orders:write'],
    });
    expect(sent).toEqual([]);
  });

  it('is told all that matches it needs', async () => {
    const response = await send('/v1/orders', 'POST', ['openid']);
    expect(await response.json()).toMatchObject({ missing: ['orders:write', 'orders'] });
  });

  it('is sent where it needs less, or the session has it', async () => {
    await send('/v1/orders', 'GET', ['orders']);
    await send('/v1/orders', 'POST', ['orders', 'orders:write']);
    await send('/v2/orders', 'POST', []);
    expect(sent).toHaveLength(3);
  });

  it('is sent where it is a navigation, which gets no answer of the worker’s own', async () => {
    answer = refused('Bearer error="insufficient_scope", scope="orders"');
    expect(await (await send('/v1/orders', 'GET', [], true)).text()).toBe('no');
  });
});

describe('an API’s own refusal', () => {
  it('that names scopes which the session lacks has the same code', async () => {
    answer = refused('Bearer realm="x", error="insufficient_scope", scope="orders reports"');
    const response = await send('/v1/reports', 'GET', ['orders']);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'insufficient_scope', missing: ['reports'] });
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['Bearer error="insufficient_scope", scope="orders"'],
    ['Bearer error="insufficient_scope"'],
    ['Bearer error="other", scope="reports"'],
  ])('that says nothing of the kind is the page’s answer: %s', async (challenge) => {
    answer = refused(challenge);
    expect(await (await send('/v1/reports', 'GET', ['orders'])).text()).toBe('no');
  });
});
