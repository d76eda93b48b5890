import { expect, it } from 'vitest';
import type { SessionKeeperOptions } from '../../../../src/worker/options.js';
import { scopes } from '../../../../src/worker/scopes/create-scopes.js';
import type { ScopeNeed, ScopesOptions } from '../../../../src/worker/scopes/scopes.js';
import { Browser, workerParts } from '../worker-parts.js';

const start = (options: ScopesOptions, more: Partial<SessionKeeperOptions> = {}) =>
  workerParts(new Browser(), { scopes: scopes(options), ...more });
const need = (changes: object): ScopesOptions => ({
  needs: [{ origin: 'https://api.example.com', scopes: ['orders'], ...changes } as ScopeNeed],
});

it.each([
  ['scopes.requestable', { requestable: 'reports' as never }],
  ['scopes.requestable', { requestable: ['reports export'] }],
  ['scopes.needs', { needs: {} as never }],
  ['scopes.needs[0]', { needs: ['orders' as never] }],
  ['scopes.needs[0].scope', need({ scope: 'orders' })],
  ['scopes.needs[0].origin', need({ origin: 'https://other.example.com' })],
  ['scopes.needs[0].pathPrefix', need({ pathPrefix: 'v1' })],
  ['scopes.needs[0].methods', need({ methods: ['post'] })],
  ['scopes.needs[0].scopes', need({ scopes: [] })],
  ['scopes.needs[0].scopes', need({ scopes: ['reports'] })],
  ['scopes.other', { other: 1 } as never],
])('a wrong option fails at start, and is named: %s', (name, options) => {
  expect(() => start(options)).toThrow(`option ${name} is`);
});

it('what may be requested may be needed', () => {
  expect(() => start({ ...need({ scopes: ['reports'] }), requestable: ['reports'] })).not.toThrow();
});

it.each([7, ['openid'], 'openid  orders', ''])('a wrong policy.limitedScope is named: %j', (limitedScope) => {
  expect(() => start({}, { policy: { limitedScope: limitedScope as string } })).toThrow(
    'option policy.limitedScope is',
  );
});
