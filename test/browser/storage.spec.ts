import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { everythingStored } from '../support/everything-stored.js';
import { expect, inPage, test } from '../support/order-desk.js';

test('no storage of the origin holds a credential, in the clear or decodable by a script', async ({
  tab,
  system,
}) => {
  const secrets: string[] = [];
  // What the authorization server sends and gets is what a script must not find.
  system.authorizationServer.onRequest((req) => {
    watchBody(req, (body) => {
      for (const [name, value] of new URLSearchParams(body)) {
        if (['code', 'code_verifier', 'refresh_token'].includes(name)) secrets.push(value);
      }
    });
    return false;
  });
  system.api.onRequest((req) => {
    const token = req.headers.authorization?.slice('Bearer '.length);
    if (token) secrets.push(token);
    return false;
  });
  await inPage(tab, (session) => session.renew());
  await inPage(tab, (session) => session.renew());
  await tab.evaluate((api) => fetch(`${api}/v1/time`), system.api.origin);
  await inPage(tab, (session) => void session.signIn({ returnTo: '/bare.html?again' }));
  await tab.waitForURL(/again/);
  await tab.waitForFunction(() => Reflect.get(globalThis, Symbol.for('session-keeper.session')));
  expect(secrets.length).toBeGreaterThanOrEqual(4);

  const { texts, keys } = await everythingStored(tab);

  expect(texts.length).toBeGreaterThan(0);
  expect(keys).toBe(0);
  const found = secrets.filter((secret) => texts.some((text) => text.includes(secret)));
  expect(found.map((secret) => createHash('sha256').update(secret).digest('hex').slice(0, 8))).toEqual([]);
  // No JWT of any kind: three base64url parts, the first of which is a JSON object. (A vault record is a JWE: five.)
  expect(texts.filter((text) => /(^|[^.\w-])eyJ[\w-]+\.[\w-]+\.[\w-]+($|[^.\w-])/.test(text))).toEqual([]);
});

/** Looks at a request's body without taking it from the server. */
function watchBody(req: IncomingMessage, onBody: (body: string) => void): void {
  const { emit } = req;
  req.emit = (event: string | symbol, ...rest: unknown[]) => {
    if (event === 'data') onBody(String(rest[0]));
    return emit.call(req, event, ...rest);
  };
}
