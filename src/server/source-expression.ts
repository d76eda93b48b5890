const HOST_SOURCE =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::(\d+|\*))?(\/.*)?$/;
const SCHEME_SOURCE = /^([a-z][a-z0-9+.-]*):$/;
const KEYWORD = /^'[A-Za-z0-9+/=_-]+'$/;

/** A source of a Content-Security-Policy directive (CSP Level 3 §2.3.1), as far as it can match a URL. */
export type SourceExpression =
  | { readonly kind: 'keyword'; readonly text: string }
  | { readonly kind: 'scheme'; readonly scheme: string }
  | { readonly kind: 'host'; readonly scheme?: string; readonly host: string; readonly port?: string };

export function parseSource(source: string): SourceExpression | undefined {
  if (KEYWORD.test(source)) return { kind: 'keyword', text: source.toLowerCase() };
  const text = source.toLowerCase();
  const [, scheme] = SCHEME_SOURCE.exec(text) ?? [];
  if (scheme !== undefined) return { kind: 'scheme', scheme };
  const match = HOST_SOURCE.exec(text);
  if (match?.[2] === undefined) return undefined;
  const [, hostScheme, host, port] = match;
  return {
    kind: 'host',
    host,
    ...(hostScheme === undefined ? {} : { scheme: hostScheme }),
    ...(port === undefined ? {} : { port }),
  };
}

/**
 * Whether the source lets a document reach the origin (CSP Level 3 §6.7.2). Paths are ignored, since they are not
 * looked at after a redirect, and a source without a scheme is taken to match each one. `'self'` is not seen here.
 */
export function admits(source: SourceExpression, origin: URL): boolean {
  if (source.kind === 'keyword') return false;
  if (source.kind === 'scheme') return schemeAdmits(source.scheme, origin);
  if (source.scheme !== undefined && !schemeAdmits(source.scheme, origin)) return false;
  return hostAdmits(source.host, origin.hostname) && portAdmits(source, origin);
}

function schemeAdmits(scheme: string, { protocol }: URL): boolean {
  if (protocol === 'http:') return scheme === 'http' || scheme === 'ws';
  return ['http', 'https', 'ws', 'wss'].includes(scheme);
}

function hostAdmits(host: string, hostname: string): boolean {
  if (host === '*') return true;
  return host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : host === hostname;
}

function portAdmits({ host, port }: { host: string; port?: string }, origin: URL): boolean {
  // A lone `*` matches every port of the network schemes.
  if (port === '*' || (host === '*' && port === undefined)) return true;
  if (port === undefined) return origin.port === '';
  const actual = origin.port || (origin.protocol === 'https:' ? '443' : '80');
  return port === actual || (port === '80' && actual === '443');
}
