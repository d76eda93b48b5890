import type { IncomingMessage } from 'node:http';
import { rememberSocket } from './client-address.js';

/** Stands in when the `Host` header is no host: not https and not this machine, so nothing is sealed there. */
const UNKNOWN_ORIGIN = 'http://unknown.invalid';

/** The request as the keeper sees it: method, URL and headers, no body. Never throws, whatever was sent. */
export function toRequest(req: IncomingMessage): Request {
  const url = originOf(req) + pathOf(req);
  // `Request` refuses these two; to the keeper they are one more method that is not GET.
  const { method = 'GET' } = req;
  const refused = method === 'TRACE' || method === 'CONNECT';
  const request = new Request(url, { method: refused ? 'OPTIONS' : method, headers: headersOf(req) });
  return rememberSocket(request, req.socket.remoteAddress);
}

function originOf(req: IncomingMessage): string {
  const scheme = 'encrypted' in req.socket && req.socket.encrypted === true ? 'https' : 'http';
  const host = req.headers.host ?? headerText(req.headers[':authority']);
  const url = `${scheme}://${host}`;
  return URL.canParse(url) && !host.includes('@') ? new URL(url).origin : UNKNOWN_ORIGIN;
}

/** Joined to the origin as text, so that `//host/path` stays a path. Express cuts `url` where it is mounted. */
function pathOf(req: IncomingMessage): string {
  const mounted = 'originalUrl' in req && typeof req.originalUrl === 'string' ? req.originalUrl : undefined;
  const target = mounted ?? req.url ?? '/';
  if (target.startsWith('/')) return target;
  // A proxy's absolute form, or `*`.
  if (!URL.canParse(target)) return '/';
  const { pathname, search } = new URL(target);
  return pathname.startsWith('/') ? pathname + search : '/';
}

function headerText(value: string | string[] | undefined): string {
  return [value ?? []].flat().join(', ');
}

function headersOf(req: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    // HTTP/2 pseudo-headers are no header names in the Fetch API.
    if (!name.startsWith(':')) headers.set(name, headerText(value));
  }
  return headers;
}
