import { describe, expect, it } from 'vitest';
import { ORIGIN, ordersServer, policyOf } from './orders-server.js';

async function policy(contentSecurityPolicy: Record<string, string[]>, origin?: string) {
  const server = ordersServer({ contentSecurityPolicy, ...(origin === undefined ? {} : { origin }) });
  return policyOf(await server.headers(new Request(`${ORIGIN}/`)));
}

describe("the page's policy", () => {
  it('takes directives of the app in place of its own', async () => {
    const given = await policy({
      'style-src': ["'self'", "'unsafe-inline'"],
      'img-src': ["'self'", 'https://images.example.net/a/', 'data:'],
      'script-src': ["'self'", "'sha256-AAAA='", "'strict-dynamic'"],
      'connect-src': ["'self'", 'https://api.example.com', 'wss://live.example.com:8443'],
      'frame-src': ['https://maps.example.net'],
      'frame-ancestors': ['https://portal.example.net'],
      'object-src': [],
      'upgrade-insecure-requests': [],
      'report-uri': ['/csp-reports'],
      'report-to': ['csp'],
    });
    expect(given.get('style-src')).toBe("'self' 'unsafe-inline'");
    expect(given.get('img-src')).toBe("'self' https://images.example.net/a/ data:");
    expect(given.get('frame-src')).toBe('https://maps.example.net');
    expect(given.get('upgrade-insecure-requests')).toBe('');
    expect(given.get('report-uri')).toBe('/csp-reports');
    expect(given.get('form-action')).toBe("'self'");
  });

  it('lets a silent frame visit the authorization server and the redirect path, and nothing else there', async () => {
    const options = {
      silentFrame: true,
      origin: ORIGIN,
      authorizationServerOrigins: ['https://login.example.com'],
    };
    const policyWith = async (changes: object) =>
      policyOf(await ordersServer({ ...options, ...changes }).headers(new Request(`${ORIGIN}/`)));
    const framed = `https://id.example.com https://login.example.com ${ORIGIN}/session/callback`;
    const plain = await policy({}, ORIGIN);
    const given = await policyWith({});
    expect(given.get('frame-src')).toBe(framed);
    expect(plain.get('frame-src')).toBe("'none'");
    for (const [directive, sources] of plain)
      if (directive !== 'frame-src') expect(given.get(directive)).toBe(sources);
    const own = { contentSecurityPolicy: { 'frame-src': ['https://maps.example.net'] } };
    expect((await policyWith(own)).get('frame-src')).toBe(`https://maps.example.net ${framed}`);
  });

  it.each([
    ['the server in another directive', { 'connect-src': ['https://id.example.com'] }],
    ['the server as the app names it', { 'frame-src': ['https://id.example.com'] }],
    ['its own origin', { 'frame-src': ["'self'"] }],
    ['its own origin by name', { 'frame-src': [ORIGIN] }],
  ])('refuses %s also with a silent frame', async (_, contentSecurityPolicy) => {
    expect(() => ordersServer({ silentFrame: true, origin: ORIGIN, contentSecurityPolicy })).toThrow(
      TypeError,
    );
  });

  it.each([
    [{ silentFrame: true }, /silentFrame.*together with the option "origin"/],
    [{ silentFrame: 'yes' as unknown as boolean, origin: ORIGIN }, /silentFrame" is "yes"/],
  ])('refuses a silent frame for %j', (options, message) => {
    expect(() => ordersServer(options)).toThrow(message);
  });

  it('lets the former way reach and frame the authorization server, and frame its own callback page alone', async () => {
    const options = { origin: ORIGIN, formerWay: { callbackPath: '/callback.html' } };
    const server = ordersServer(options);
    const at = async (path: string) => policyOf(await server.headers(new Request(ORIGIN + path)));
    const [plain, page, callback] = [
      await policy({}, ORIGIN),
      await at('/'),
      await at('/callback.html?code=1'),
    ];
    expect(page.get('connect-src')).toBe("'self' https://api.example.com https://id.example.com");
    expect(page.get('frame-src')).toBe(`https://id.example.com ${ORIGIN}/callback.html`);
    expect([page.get('frame-ancestors'), callback.get('frame-ancestors')]).toEqual(["'none'", "'self'"]);
    for (const [directive, sources] of plain)
      if (directive !== 'connect-src' && directive !== 'frame-src') expect(page.get(directive)).toBe(sources);
    const answer = await server.secure(new Request(`${ORIGIN}/callback.html`), new Response('callback'));
    expect(policyOf((await server.secure(new Request(`${ORIGIN}/callback.html`), answer)).headers)).toEqual(
      callback,
    );
  });

  it.each([
    [
      { formerWay: { callbackPath: '/callback.html' } },
      /formerWay" is an object; allowed is nothing without the option "origin"/,
    ],
    [{ formerWay: {}, origin: ORIGIN }, /formerWay\.callbackPath" is undefined/],
    [
      { formerWay: { callbackPath: '/session/callback' }, origin: ORIGIN },
      /formerWay\.callbackPath.*nor below it/,
    ],
    [{ formerWay: true, origin: ORIGIN }, /formerWay" is true/],
  ])('refuses a former way for %j', (options, message) => {
    expect(() => ordersServer(options as object)).toThrow(message);
  });

  const opensTheServer = [
    '*',
    'https:',
    'HTTPS:',
    'http:',
    'wss:',
    'https://id.example.com',
    'https://ID.example.com/tenant',
    'id.example.com',
    'id.example.com:443',
    'id.example.com:*',
    '*.example.com',
    'https://*.example.com',
    'http://id.example.com:80',
    'wss://id.example.com',
    'https://*',
    '*:443',
  ];
  it.each(
    opensTheServer.flatMap((source) =>
      ['default-src', 'connect-src', 'frame-src', 'img-src', 'form-action', 'script-src'].map((directive) => [
        directive,
        source,
      ]),
    ),
  )('refuses %s %s, which opens the authorization server', async (directive = '', source = '') => {
    await expect(policy({ [directive]: ["'self'", source] })).rejects.toThrow(TypeError);
  });

  it('tells the ports of one host apart', () => {
    const local = {
      issuer: 'http://localhost:3000',
      apis: ['http://localhost:3001'],
      contentSecurityPolicy: { 'connect-src': ["'self'", 'ws://localhost:5173', 'http://localhost:3001'] },
    };
    expect(() => ordersServer(local)).not.toThrow();
    for (const source of ['ws://localhost:3000', 'localhost:*', 'http://localhost:3000/x']) {
      const contentSecurityPolicy = { 'connect-src': [source] };
      expect(() => ordersServer({ ...local, contentSecurityPolicy })).toThrow(source);
    }
  });

  it('refuses the further origins of the authorization server as well', () => {
    const authorizationServerOrigins = ['https://token.example.org'];
    const contentSecurityPolicy = { 'connect-src': ['https://token.example.org'] };
    expect(() => ordersServer({ authorizationServerOrigins, contentSecurityPolicy })).toThrow(TypeError);
  });

  it.each([
    ['frame-src', "'self'"],
    ['frame-src', "'SELF'"],
    ['frame-src', ORIGIN],
    ['frame-src', 'app.example.com'],
    ['frame-src', 'https://*.example.net'],
    ['child-src', "'self'"],
    ['fenced-frame-src', "'self'"],
    ['frame-ancestors', "'self'"],
    ['frame-ancestors', 'https:'],
    ['object-src', "'self'"],
    ['object-src', 'https://cdn.example.net'],
    ['base-uri', 'https://cdn.example.net'],
    ['Frame-Src', "'none'"],
    ['img src', "'self'"],
    ['img-src', 'a b'],
    ['img-src', 'a;frame-src'],
    ['img-src', 'a,b'],
    ['img-src', "'self"],
    ['img-src', 'https://'],
  ])('refuses %s %s', async (directive, source) => {
    const refusal = policy({ [directive]: [source] }, ORIGIN);
    await expect(refusal).rejects.toThrow(TypeError);
    await expect(refusal).rejects.toThrow(directive);
  });
});
