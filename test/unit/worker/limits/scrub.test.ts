import { describe, expect, it } from 'vitest';
import { scrubbed } from '../../../../src/worker/limits/scrub.js';

const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const PROOF = `${base64url({ typ: 'dpop+jwt', alg: 'ES256' })}.${base64url({ htm: 'GET' })}.c2lnbmF0dXJl`;
const OTHER_JWS = `${base64url({ typ: 'JWT', alg: 'ES256' })}.${base64url({ order: 7 })}.c2lnbmF0dXJl`;

const answer = (body: BodyInit | null, type: string, init: ResponseInit = {}) =>
  new Response(body, { ...init, headers: { 'content-type': type } });
const scrub = (response: Response) => scrubbed(response, 'token-1');

describe('what an API echoes of its request', () => {
  it.each([
    'application/json',
    'application/problem+json; charset=utf-8',
    'text/plain',
    'text/html',
    'application/xml',
  ])('is taken out of %s', async (type) => {
    const clean = await scrub(answer(`a token-1 b DPoP: ${PROOF} c token-1`, type, { status: 418 }));
    expect(await clean.text()).toBe('a [removed] b DPoP: [removed] c [removed]');
    expect(clean.status).toBe(418);
  });

  it.each(['application/octet-stream', 'image/png', 'text/event-stream', 'application/jsonish'])(
    'stays in %s, which is let through as it comes',
    async (type) => {
      expect(await (await scrub(answer('token-1', type))).text()).toBe('token-1');
    },
  );

  it('is taken out of headers, of an answer without a body too', async () => {
    const headers = { 'x-token': 'Bearer token-1', 'x-proof': PROOF };
    const clean = await scrub(new Response(null, { status: 204, headers }));
    expect(clean.status).toBe(204);
    expect(Object.fromEntries(clean.headers)).toEqual({
      'x-token': 'Bearer [removed]',
      'x-proof': '[removed]',
    });
  });

  it('is nothing else that is signed, and nothing that only looks so', async () => {
    const text = `${OTHER_JWS} eyJ.x.y eyJhbGciOi.x.y`;
    expect(await (await scrub(answer(text, 'text/plain'))).text()).toBe(text);
  });

  it('leaves no length that is not the body’s any more', async () => {
    const echo = new Response('token-1', {
      headers: { 'content-type': 'text/plain', 'content-length': '7' },
    });
    expect((await scrub(echo)).headers.has('content-length')).toBe(false);
  });
});
