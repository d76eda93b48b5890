import type { ServerResponse } from 'node:http';
import { mergeHeader } from './security-headers.js';

/**
 * Sets the headers now, and once more when the app's head is written: error pages (Express' among them) replace or
 * remove headers, and `writeHead` may bring its own.
 */
export function keepHeaders(res: ServerResponse, headers: Headers): void {
  merge(res, headers);
  const writeHead = res.writeHead.bind(res);
  const guarded = (status: number, reason?: unknown, own: unknown = reason): ServerResponse => {
    for (const [name, value] of headerPairs(own)) res.setHeader(name, value);
    merge(res, headers);
    return typeof reason === 'string' ? writeHead(status, reason) : writeHead(status);
  };
  res.writeHead = guarded;
}

function merge(res: ServerResponse, headers: Headers): void {
  for (const [name, ours] of headers) {
    const theirs = [res.getHeader(name) ?? []].flat().map(String);
    const merged = mergeHeader(name, ours, theirs);
    res.setHeader(name, merged.length === 1 ? String(merged[0]) : [...merged]);
  }
}

type HeaderValue = number | string | readonly string[];

/** What `writeHead` takes: an object, a flat list of names and values, or a list of pairs. */
function headerPairs(given: unknown): [string, HeaderValue][] {
  if (typeof given !== 'object' || given === null) return [];
  const pairs: unknown[][] = !Array.isArray(given)
    ? Object.entries(given)
    : given.every(Array.isArray)
      ? given
      : given.flatMap((name, index) => (index % 2 === 0 ? [[name, given[index + 1]]] : []));
  const grouped = new Map<string, HeaderValue>();
  for (const [name, value] of pairs) {
    if (!isHeaderValue(value)) continue;
    const key = String(name);
    const earlier = Array.isArray(given) ? grouped.get(key) : undefined;
    grouped.set(key, earlier === undefined ? value : [earlier, value].flat().map(String));
  }
  return [...grouped];
}

function isHeaderValue(value: unknown): value is HeaderValue {
  return typeof value === 'string' || typeof value === 'number' || Array.isArray(value);
}
