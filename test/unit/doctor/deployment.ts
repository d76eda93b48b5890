import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSessionKeeperServer, hardenNodeServer } from 'session-keeper/server';
import { toRequest } from '../../../src/server/node-request.js';

/** Breaks one thing of an answer, or gives one of its own. */
export type Fault = (
  request: Request,
  answer: Response,
  asked: { readonly again: (request: Request) => Promise<Response> },
) => Response | undefined | Promise<Response | undefined>;

export interface Faults {
  readonly app?: Fault;
  /** Laid over the authorization server's metadata; `undefined` takes a member out. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly authorizationServer?: Fault;
  /** Node's own answers to what its parser refuses. */
  readonly isUnhardened?: boolean;
}

const WORKER = (issuer: string) =>
  `(()=>{const o={issuer:"${issuer}",redirectPath:"/session/callback"};self.o=o})();`;
const PAGE = '<!doctype html><link rel="icon" href="/icon.png"><script src="/main.js"></script>';

const FILES: Readonly<Record<string, readonly [type: string, text: string]>> = {
  '/': ['text/html', PAGE],
  '/main.js': ['text/javascript', ''],
  '/icon.png': ['image/png', ''],
  '/robots.txt': ['text/plain', ''],
};

/** A small deployment on two ports of this machine, with one fault at most. `await using` closes it. */
export async function deploy({ app, metadata, authorizationServer, isUnhardened = false }: Faults = {}) {
  const issuer = await listen(async (request) => {
    const answer = issuerAnswer(request, issuer.origin, metadata ?? {});
    return (await authorizationServer?.(request, answer, { again: async () => answer })) ?? answer;
  });
  const keeper = createSessionKeeperServer({
    keys: [{ id: 'test', secret: new Uint8Array(32).fill(7) }],
    workerScript: WORKER(issuer.origin),
    redirectPath: '/session/callback',
    issuer: issuer.origin,
  });
  const sound = async (request: Request) =>
    (await keeper.handle(request)) ?? keeper.secure(request, fileAnswer(request));
  const site = await listen(async (request) => {
    const answer = await sound(request);
    return (await app?.(request, answer, { again: sound })) ?? answer;
  });
  if (!isUnhardened) hardenNodeServer(site.server);
  return {
    url: `${site.origin}/`,
    issuer: issuer.origin,
    async [Symbol.asyncDispose]() {
      await Promise.all([site.close(), issuer.close()]);
    },
  };
}

function fileAnswer({ url }: Request): Response {
  const [type, text] = FILES[new URL(url).pathname] ?? [];
  if (type === undefined) return new Response('nothing', { status: 404 });
  return new Response(text, { headers: { 'content-type': type } });
}

function issuerAnswer(
  request: Request,
  issuer: string,
  changes: Readonly<Record<string, unknown>>,
): Response {
  const headers = { 'access-control-allow-origin': request.headers.get('origin') ?? '' };
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers });
  const metadata = {
    issuer,
    token_endpoint: `${issuer}/token`,
    pushed_authorization_request_endpoint: `${issuer}/par`,
    revocation_endpoint: `${issuer}/revoke`,
    end_session_endpoint: `${issuer}/end`,
    code_challenge_methods_supported: ['S256'],
    response_modes_supported: ['query', 'form_post'],
    dpop_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: true,
    ...changes,
  };
  return Response.json(metadata, { headers });
}

async function listen(answer: (request: Request) => Promise<Response>) {
  // Room for what the doctor sends; `hardenNodeServer` sets the limit that a real server has.
  const server = createServer({ maxHeaderSize: 65_536 }, (req, res) => void respond(req, res, answer));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function respond(
  req: IncomingMessage,
  res: ServerResponse,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const response = await answer(toRequest(req));
  res.statusCode = response.status;
  for (const [name, value] of response.headers) if (name !== 'set-cookie') res.setHeader(name, value);
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) res.setHeader('set-cookie', cookies);
  res.end(new Uint8Array(await response.arrayBuffer()));
}

/** The answer with these headers; `undefined` takes one out. */
export function withHeaders(
  answer: Response,
  changes: Readonly<Record<string, string | undefined>>,
): Response {
  const headers = new Headers(answer.headers);
  for (const [name, value] of Object.entries(changes)) {
    headers.delete(name);
    if (value !== undefined) headers.set(name, value);
  }
  return new Response(answer.body, { status: answer.status, headers });
}
