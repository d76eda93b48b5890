import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { navigation, ORIGIN, ordersServer, workerRequest } from './orders-server.js';

const keeper = ordersServer();
const app = new Hono();
app.use(async (context, next) => {
  const own = await keeper.handle(context.req.raw);
  if (own) return own;
  await next();
  context.res = await keeper.secure(context.req.raw, context.res);
  return undefined;
});
app.get('/orders', (context) => context.html('<!doctype html><title>Orders</title>'));
app.get('/broken', () => {
  throw new Error('defect');
});
app.onError((_, context) => context.text('sorry', 500));

describe('a Hono app', () => {
  it('serves the sealed script beside its routes', async () => {
    const script = await app.request(workerRequest());
    expect(script.status).toBe(200);
    expect(await script.text()).toMatch(/^self\.__SESSION_KEEPER_SEAL__=/);
    expect(script.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; connect-src 'self' https:\/\/id/,
    );
    expect((await app.request(`${ORIGIN}/service-worker.js`)).status).toBe(403);
  });

  it('has the headers on pages, on 404s and on errors, and mints the cookie', async () => {
    for (const [path, status] of [
      ['/orders', 200],
      ['/missing', 404],
      ['/broken', 500],
    ] as const) {
      const response = await app.request(navigation({}, ORIGIN + path));
      expect(response.status).toBe(status);
      expect(response.headers.get('content-security-policy')).toContain("frame-src 'none'");
      expect(response.headers.getSetCookie()).toHaveLength(1);
    }
  });

  it('answers the redirect path', async () => {
    expect((await app.request(`${ORIGIN}/session/callback?code=x`, { method: 'POST' })).status).toBe(303);
  });
});
