import { expect, it } from 'vitest';
import { resolveOptions } from '../../../src/worker/options.js';
import { addStaticRoutes } from '../../../src/worker/static-routes.js';

/** The patterns of what goes to the worker, and of what does not. */
function patterns(
  apis: readonly { origin: string; pathPrefix?: string }[],
  redirectPath = '/session/callback',
) {
  const options = { issuer: 'https://id.example.com', clientId: 'app', redirectPath, apis };
  const routed: { readonly condition: { readonly urlPattern: string }; readonly source: string }[] = [];
  const addRoutes = async (rules: typeof routed) => void routed.push(...rules);
  const event = { waitUntil: () => undefined, addRoutes };
  addStaticRoutes(event as never, resolveOptions(options, 'https://app.example.com'));
  return routed.map(({ condition, source }) => `${source} ${condition.urlPattern}`);
}

it('the APIs and the redirect path go to the worker, all else to the network', () => {
  const apis = [
    { origin: 'https://api.example.com', pathPrefix: '/v1/' },
    { origin: 'http://localhost:8080' },
  ];
  expect(patterns(apis)).toEqual([
    'fetch-event https://api.example.com/v1*',
    'fetch-event http://localhost:8080*',
    'fetch-event https://app.example.com/session/callback*',
    'network *://*:*/*',
  ]);
});

it('what means something in a pattern means itself, in an address and in a path', () => {
  expect(patterns([{ origin: 'http://[::1]:8443', pathPrefix: '/a:b(c)*/' }])[0]).toBe(
    'fetch-event http://[\\:\\:1]:8443/a\\:b\\(c\\)\\**',
  );
});

it('an engine without static routing is not asked', () => {
  expect(() => addStaticRoutes({} as never, {} as never)).not.toThrow();
});
