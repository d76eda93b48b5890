import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { peekBody } from '../../../demo/authorization-server/token-request-form.js';
import type { System } from '../../../demo/system.js';
import { bundledPage } from '../bundled-page.js';
import type { Settings } from './former-app.js';

const ENTRY = fileURLToPath(new URL('./app.ts', import.meta.url));
const HTML = '<!doctype html><title>loading</title><script type="module" src="/former/app.js"></script>';

let bundling: Promise<Buffer> | undefined;

/**
 * Serves the applications before their migration as another server did, without the keeper's headers: their sign-in page, and the page at the
 * redirect URI. `/migrated.html` is the keeper's.
 */
export async function serveFormerApps({ app, authorizationServer: { issuer } }: System): Promise<void> {
  bundling ??= bundledPage(ENTRY);
  const settings: Settings = {
    issuer,
    clientId: 'order-desk',
    redirectUri: `${app.origin}/session/callback`,
    scope: 'openid profile email offline_access orders',
  };
  const files: Readonly<Record<string, readonly [type: string, body: string | Buffer]>> = {
    '/former/': ['text/html', HTML],
    '/session/callback': ['text/html', HTML],
    '/former/settings.json': ['application/json', JSON.stringify(settings)],
    '/former/app.js': ['text/javascript', await bundling],
  };
  app.onRequest((req, res) => {
    const file = req.method === 'GET' ? files[new URL(req.url ?? '/', app.origin).pathname] : undefined;
    if (file) res.writeHead(200, { 'content-type': file[0] }).end(file[1]);
    return file !== undefined;
  });
}

/** The page after the migration, for the keeper's own server. */
export const migratedPage: readonly [string, Buffer] = ['/migrated.html', Buffer.from(HTML)];

/**
 * Auth0's and Keycloak's paths, in front of the authorization server's own; an ID token as Auth0 makes them, and refresh tokens as Keycloak
 * makes them.
 */
export function addVendorPaths({ authorizationServer }: System): void {
  authorizationServer.onRequest(async (req, res) => {
    const { pathname, search } = new URL(req.url ?? '/', authorizationServer.issuer);
    if (pathname === '/oauth/token') changeTokenAnswer(res, asAuth0(authorizationServer.issuer));
    if (pathname === `${REALM}/token`) changeTokenAnswer(res, asKeycloak);
    if (req.method === 'POST') await takeFromKeycloak(req);
    req.url = (VENDOR_PATHS[pathname] ?? pathname) + search;
    return false;
  });
}

/** The server's own name of a refresh token: Keycloak's is a JWT, whose last part it is here. */
export function bareToken(refreshToken: string): string {
  return refreshToken.split('.').at(-1) ?? '';
}

const REALM = '/realms/orders/protocol/openid-connect';
const VENDOR_PATHS: Readonly<Record<string, string>> = {
  '/authorize': '/auth',
  '/oauth/token': '/token',
  [`${REALM}/auth`]: '/auth',
  [`${REALM}/token`]: '/token',
};

export interface TokenAnswer {
  readonly refresh_token?: string;
  readonly id_token?: string;
  readonly expires_in?: number;
}

/** Its library takes an ID token only from an issuer with a slash at its end, signed with RS256; it looks at no signature. */
function asAuth0(issuer: string) {
  return (answer: TokenAnswer): TokenAnswer => {
    // A refusal has none.
    if (answer.id_token === undefined) return answer;
    const [, payload = '', signature] = answer.id_token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const header = encoded({ alg: 'RS256', typ: 'JWT' });
    return { ...answer, id_token: [header, encoded({ ...claims, iss: `${issuer}/` }), signature].join('.') };
  };
}

/** Its library reads the payload of a refresh token. */
function asKeycloak({ refresh_token, ...answer }: TokenAnswer): TokenAnswer {
  if (refresh_token === undefined) return answer;
  const header = encoded({ alg: 'HS512', typ: 'JWT' });
  return { ...answer, refresh_token: [header, encoded({ typ: 'Refresh' }), refresh_token].join('.') };
}

/** The server gets its own refresh token, and as many bytes as were announced. */
async function takeFromKeycloak(req: IncomingMessage): Promise<void> {
  const body = (await peekBody(req))?.toString() ?? '';
  const bare = body.replace(/(?<=refresh_token=)[\w-]+\.[\w-]+\.([\w-]+)/, '$1');
  if (bare === body) return;
  req.read(Buffer.byteLength(body));
  req.unshift(Buffer.from(`${bare}&`.padEnd(Buffer.byteLength(body), 'x')));
}

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** Lays something over what the token endpoint answers. */
export function changeTokenAnswer(
  res: ServerResponse<IncomingMessage>,
  change: (answer: TokenAnswer) => TokenAnswer,
): void {
  const end = res.end.bind(res);
  res.end = ((body: unknown) => {
    // A preflight has none; the head of an answer that is a fault on purpose is gone already.
    if (body === undefined || res.headersSent) return end(body);
    // Keycloak's library asks with cookies.
    res.setHeader('access-control-allow-credentials', 'true');
    const text = JSON.stringify(change(JSON.parse(String(body))));
    res.setHeader('content-length', Buffer.byteLength(text));
    return end(text);
  }) as typeof res.end;
}
