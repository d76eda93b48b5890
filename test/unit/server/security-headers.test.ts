import { describe, expect, it } from 'vitest';
import { navigation, ORIGIN, ordersServer, policyOf, SECURE_COOKIE, workerRequest } from './orders-server.js';

const request = new Request(`${ORIGIN}/robots.txt`);

async function secured(init: ResponseInit = {}) {
  return ordersServer().secure(request, new Response('text', init));
}

describe('the security headers', () => {
  it('are on every response, whatever its status and type', async () => {
    for (const status of [200, 301, 404, 500]) {
      const { headers, status: kept } = await secured({ status });
      expect(kept).toBe(status);
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
      expect(headers.has('content-security-policy')).toBe(true);
    }
  });

  it('name the app and its APIs, and the authorization server nowhere', async () => {
    const { headers } = await secured();
    expect(Object.fromEntries(policyOf(headers))).toEqual({
      'default-src': "'self'",
      'connect-src': "'self' https://api.example.com",
      'img-src': "'self' https://api.example.com data: blob:",
      'media-src': "'self' https://api.example.com data: blob:",
      'font-src': "'self' data:",
      'worker-src': "'self'",
      'frame-src': "'none'",
      'object-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'self'",
      'frame-ancestors': "'none'",
    });
    expect(headers.get('content-security-policy')).not.toContain('id.example.com');
  });

  it('are the same from headers() and secure()', async () => {
    const page = navigation({ cookie: SECURE_COOKIE });
    const alone = [...(await ordersServer().headers(page))];
    const { headers } = await ordersServer().secure(page, new Response(null));
    expect([...headers]).toEqual(alone);
  });

  it('keep the body, the status text and the headers of the app', async () => {
    const response = await secured({ status: 404, statusText: 'Gone Fishing', headers: { etag: '"1"' } });
    expect(response.statusText).toBe('Gone Fishing');
    expect(response.headers.get('etag')).toBe('"1"');
    expect(await response.text()).toBe('text');
  });

  it('are enforced beside a policy of the app', async () => {
    const { headers } = await secured({ headers: { 'content-security-policy': "default-src 'none'" } });
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none', default-src 'self'; /);
  });

  it("leave a stricter referrer policy and the app's word on embedding, and replace the rest", async () => {
    const strict = await secured({
      headers: {
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'cross-origin',
        'cross-origin-opener-policy': 'unsafe-none',
      },
    });
    expect(strict.headers.get('referrer-policy')).toBe('no-referrer');
    expect(strict.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(strict.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    const open = await secured({ headers: { 'referrer-policy': 'unsafe-url' } });
    expect(open.headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
  });

  it('can be added to a redirect, whose headers are immutable', async () => {
    const response = await ordersServer().secure(request, Response.redirect(`${ORIGIN}/login`, 302));
    expect(response.headers.get('location')).toBe(`${ORIGIN}/login`);
    expect(response.headers.has('content-security-policy')).toBe(true);
  });

  it("leave the sealed script's own policy alone", async () => {
    const server = ordersServer();
    const script = (await server.handle(workerRequest())) ?? new Response();
    const again = await server.secure(workerRequest(), script);
    expect(again.headers.get('content-security-policy')).toMatch(/^default-src 'none'; connect-src /);
  });

  it('are on the answer to a failure', async () => {
    const response = ordersServer().fail(request);
    expect(response.status).toBe(500);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('content-security-policy')).toContain("frame-src 'none'");
  });
});
