import { describe, expect, it } from 'vitest';
import { resolveOptions, type SessionKeeperOptions } from '../../../src/worker/options.js';
import { silentFrame } from '../../../src/worker/silent-frame.js';
import { OPTIONS, ORIGIN } from './worker-parts.js';

/** Options as a developer without types may write them. */
const resolve = (changes: Record<string, unknown>) =>
  resolveOptions({ ...OPTIONS, ...changes } as SessionKeeperOptions, ORIGIN);

const refusal = (name: string, value: string, allowed: string) =>
  new TypeError(`session-keeper: option ${name} is ${value}; allowed is ${allowed}`);

const SECURE = 'an https URL (http only on localhost)';
const BARE = 'an https URL without user, query and fragment';
const TEXT = 'a non-empty string';
const OWN_PATH = 'a path that starts with one slash, without query and fragment';
const API_ORIGIN = 'an origin, like https://api.example.com';
const API_LIST = 'a list of at least one { origin, pathPrefix }';
const OPTION_NAMES =
  'issuer, clientId, redirectPath, apis, scope, resource, responseMode, claims, authorizationParameters, postLogoutPath, memoryVault, silentFrame, limits, telemetry, auditLog, stepUp, scopes, serverEvents, adoption, fetchedPolicy, dpop, policy';
const api = 'https://api.example.com';

describe('the options', () => {
  it('have defaults beside the four that are required', () => {
    const { issuer, clientId, redirectPath } = OPTIONS;
    const configuration = resolveOptions({ issuer, clientId, redirectPath, apis: [{ origin: api }] }, ORIGIN);
    expect(configuration).toMatchObject({
      scope: 'openid offline_access',
      resource: undefined,
      responseMode: 'form_post',
      claims: [],
      authorizationParameters: {},
      apis: [{ origin: api, pathPrefix: '/' }],
      memoryVault: undefined,
      dpop: 'preferred',
      silentFrame: undefined,
    });
    expect(configuration.redirectUri.href).toBe(`${ORIGIN}/session/callback`);
    expect(configuration.postLogoutUri.href).toBe(`${ORIGIN}/`);
    expect(configuration.policy.queue.maxRequests).toBe(1000);
  });

  it('take a silent frame as silentFrame() makes it, and nothing else', () => {
    const made = silentFrame();
    expect(resolve({ silentFrame: made }).silentFrame).toBe(made);
    const allowed = 'silentFrame(), imported from session-keeper/worker, or nothing';
    for (const [value, shown] of [
      [true, 'true'],
      [false, 'false'],
      [null, 'null'],
      ['yes', '"yes"'],
      [{}, '{}'],
      [silentFrame, 'a function'],
    ])
      expect(() => resolve({ silentFrame: value })).toThrow(refusal('silentFrame', String(shown), allowed));
  });

  it.each([
    ['stepUp', { stepUp: { afterAbsenceSeconds: 3600 } }, 'stepUp'],
    ['limitedScope', { limitedScope: 'openid' }, 'scopes'],
    ['rateLimits', { rateLimits: { requestsPerMinute: 60 } }, 'limits'],
    ['fallbacks', { fallbacks: [] }, 'silentFrame'],
  ])('refuse policy.%s without the part of the worker that it is for', (name, policy, part) => {
    expect(() => resolve({ policy })).toThrow(
      refusal(`policy.${name}`, '"present"', `nothing without ${part}`),
    );
    expect(() => resolve({ policy, [part]: { connect: () => undefined } })).not.toThrow();
  });

  it.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000', 'http://id.localhost'])(
    'allow http at %s',
    (url) => {
      expect(resolve({ issuer: url, apis: [{ origin: url }] }).issuer.origin).toBe(url);
    },
  );

  it('keep an issuer with a path', () => {
    expect(resolve({ issuer: 'https://id.example.com/realms/a' }).issuer.href).toBe(
      'https://id.example.com/realms/a',
    );
  });
});

describe('a refused option is named with its value and what is allowed', () => {
  it.each<[string, unknown, string, string]>([
    ['issuer', undefined, 'missing', BARE],
    ['issuer', 'id.example.com', '"id.example.com"', BARE],
    ['issuer', 7, '7', BARE],
    ['issuer', new URL('https://id.example.com'), '"https://id.example.com/"', BARE],
    ['issuer', 'http://id.example.com', '"http://id.example.com/"', SECURE],
    ['issuer', 'http://localhost.example.com', '"http://localhost.example.com/"', SECURE],
    ['issuer', 'ftp://id.example.com', '"ftp://id.example.com/"', SECURE],
    ['issuer', 'data:text/plain,id', '"data:text/plain,id"', BARE],
    ['issuer', 'https://id.example.com?tenant=a', '"https://id.example.com?tenant=a"', BARE],
    ['issuer', 'https://ada:secret@id.example.com', '"https://ada:secret@id.example.com"', BARE],
    ['clientId', undefined, 'missing', TEXT],
    ['clientId', '', '""', TEXT],
    ['clientId', 7, '7', TEXT],
    ['redirectPath', undefined, 'missing', OWN_PATH],
    ['redirectPath', 'session/callback', '"session/callback"', OWN_PATH],
    ['redirectPath', '//evil.example/callback', '"//evil.example/callback"', OWN_PATH],
    ['redirectPath', '/\\evil.example/callback', '"/\\\\evil.example/callback"', OWN_PATH],
    ['redirectPath', '/\\', '"/\\\\"', OWN_PATH],
    ['redirectPath', '/', '"/"', 'a path that is never a page, like /session/callback'],
    ['redirectPath', '/a/../callback', '"/a/../callback"', OWN_PATH],
    ['redirectPath', '/callback?x=1', '"/callback?x=1"', OWN_PATH],
    ['redirectPath', '/callback#x', '"/callback#x"', OWN_PATH],
    ['postLogoutPath', 'https://evil.example/', '"https://evil.example/"', OWN_PATH],
    ['scope', ' ', '" "', TEXT],
    ['scope', ['openid'], '["openid"]', TEXT],
    ['resource', '', '""', TEXT],
    ['responseMode', 'fragment', '"fragment"', "'form_post' or 'query'"],
    ['memoryVault', 'yes', '"yes"', 'memoryVault(), imported from session-keeper/worker, or nothing'],
    ['dpop', 'always', '"always"', "'preferred' or 'required' or 'off'"],
    ['claims', 'name', '"name"', 'a list'],
    ['authorizationParameters', 'prompt', '"prompt"', 'an object of texts'],
    ['authorizationParameters', ['x'], '["x"]', 'an object of texts'],
    ['apis', undefined, 'missing', API_LIST],
    ['apis', [], '[]', API_LIST],
    ['apis', { origin: api }, `{"origin":"${api}"}`, API_LIST],
  ])('%s: %j', (name, value, shown, allowed) => {
    expect(() => resolve({ [name]: value })).toThrow(refusal(name, shown, allowed));
  });

  it.each<[string, unknown, string, string]>([
    ['origin', undefined, 'missing', API_ORIGIN],
    ['origin', 'api.example.com', '"api.example.com"', API_ORIGIN],
    ['origin', 'http://api.example.com', '"http://api.example.com/"', SECURE],
    ['origin', `${api}/`, `"${api}/"`, API_ORIGIN],
    ['origin', `${api}/v1`, `"${api}/v1"`, API_ORIGIN],
    ['origin', `${api}:443`, `"${api}:443"`, API_ORIGIN],
    ['origin', 'https://ada:secret@api.example.com', '"https://ada:secret@api.example.com"', API_ORIGIN],
    ['pathPrefix', '', '""', OWN_PATH],
    ['pathPrefix', 'v1', '"v1"', OWN_PATH],
    ['pathPrefix', '/v1?x', '"/v1?x"', OWN_PATH],
    ['pathPrefix', '/v1/../v2', '"/v1/../v2"', OWN_PATH],
    ['pathPrefix', 5, '5', OWN_PATH],
    ['pathPrefix', '//', '"//"', OWN_PATH],
    ['pathPrefix', '//evil.example/v1', '"//evil.example/v1"', OWN_PATH],
  ])("an API's %s: %j", (name, value, shown, allowed) => {
    const second = { origin: api, [name]: value };
    expect(() => resolve({ apis: [{ origin: api }, second] })).toThrow(
      refusal(`apis[1].${name}`, shown, allowed),
    );
  });

  it.each([[null], ['https://api.example.com'], [7]])('an API that is %j', (api) => {
    expect(() => resolve({ apis: [api] })).toThrow(
      refusal('apis[0]', JSON.stringify(api), 'an object of origin, pathPrefix, methods'),
    );
  });

  it('an unknown name in an API', () => {
    expect(() => resolve({ apis: [{ origin: api, prefix: '/v1' }] })).toThrow(
      refusal('apis[0].prefix', '"present"', 'one of origin, pathPrefix, methods'),
    );
  });

  it.each([[['get']], [['GET', '']], [[1]], ['GET']])('the methods %j of an API', (methods) => {
    const allowed = Array.isArray(methods) ? 'a list of methods in capitals' : 'a list';
    expect(() => resolve({ apis: [{ origin: api, methods }] })).toThrow(
      refusal('apis[0].methods', JSON.stringify(methods), allowed),
    );
  });

  it.each([[undefined], [null], ['orders-spa']])('%j in the place of all of them', (options) => {
    expect(() => resolveOptions(options as never, ORIGIN)).toThrow(
      refusal('(all of them)', JSON.stringify(options) ?? 'missing', `an object of ${OPTION_NAMES}`),
    );
  });

  it('claims, each by its place', () => {
    expect(() => resolve({ claims: ['name', 7] })).toThrow(refusal('claims[1]', '7', TEXT));
  });

  it.each([
    'client_id',
    'redirect_uri',
    'response_type',
    'response_mode',
    'scope',
    'state',
    'nonce',
    'code_challenge',
    'code_challenge_method',
    'request',
    'request_uri',
    'resource',
  ])('authorizationParameters: %s, which would undo a protection', (name) => {
    expect(() => resolve({ authorizationParameters: { prompt: 'consent', [name]: 'x' } })).toThrow(
      refusal(`authorizationParameters.${name}`, '"x"', 'nothing: the worker sets it itself'),
    );
  });

  it('authorizationParameters: other than text', () => {
    expect(() => resolve({ authorizationParameters: { max_age: 60 } })).toThrow(
      refusal('authorizationParameters.max_age', '60', TEXT),
    );
  });

  it('an unknown option', () => {
    expect(() => resolve({ redirectUri: '/callback' })).toThrow(/option redirectUri .* issuer, clientId,/);
    expect(() => resolve({ toString: 1 })).toThrow(/option toString .* issuer, clientId,/);
  });

  it('a policy', () => {
    expect(() => resolve({ policy: { idleTimeoutSeconds: 5 } })).toThrow(/policy\.idleTimeoutSeconds is 5/);
  });
});
