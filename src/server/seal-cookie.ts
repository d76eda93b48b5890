import { toBase64url } from '../shared/base64url.js';
import { isLoopback } from './check-options.js';

/** No script can set a cookie of this name (Chromium, Firefox), nor a subdomain, nor anybody over plain http. */
const SECURE_NAME = '__Host-Http-seal';
/** Over http on this machine: WebKit refuses `Secure` cookies there, and the prefix asks for `Secure`. */
const LOCAL_NAME = 'session-keeper-seal';
const ID_BYTES = 32;
const EPOCH_BYTES = 32;
/** The browser's id, and from the first sign-in on the epoch. */
const VALUE = /^([A-Za-z0-9_-]{43})(?:\.([A-Za-z0-9_-]{43}))?$/;
/**
 * 400 days, the most that browsers grant. It is not extended by later visits: the server cannot see a cookie's age,
 * so every navigation would carry `Set-Cookie` and stop being cacheable, and no session lives that long.
 */
const MAX_AGE_SECONDS = 34_560_000;

export type SealCookie =
  | { readonly state: 'present'; readonly browserId: string; readonly epoch: string }
  | { readonly state: 'absent' }
  /** Duplicates and lookalikes: a script may have planted one of them, and nothing tells which. */
  | { readonly state: 'doubtful' };

/** The cookie's name on this origin; `undefined` where no cookie is safe, that is on http off this machine. */
export function sealCookieName(origin: URL): string | undefined {
  if (origin.protocol === 'https:') return SECURE_NAME;
  return origin.protocol === 'http:' && isLoopback(origin) ? LOCAL_NAME : undefined;
}

/**
 * Reads the seal's cookie byte-exactly. WebKit lets a script set the same name on a narrower path, which is sent
 * first, and a nameless cookie whose value reads like ours; other engines send names that differ in case.
 */
export function readSealCookie(name: string, cookieHeader: string | null): SealCookie {
  const alike = (cookieHeader ?? '').split(';').filter(looksLikeSeal);
  if (alike.length === 0) return { state: 'absent' };
  const [pair = ''] = alike;
  const text = pair.replace(/^ /, '');
  const value = text.startsWith(`${name}=`) ? text.slice(name.length + 1) : '';
  const [, browserId, epoch] = VALUE.exec(value) ?? [];
  if (alike.length > 1 || browserId === undefined) return { state: 'doubtful' };
  return { state: 'present', browserId, epoch: epoch ?? '' };
}

function looksLikeSeal(pair: string): boolean {
  const name = plain(pair.replace(/^[\s=]+/, '').split('=')[0] ?? '');
  return name === plain(SECURE_NAME) || name === plain(LOCAL_NAME);
}

function plain(name: string): string {
  return name
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/** A `Set-Cookie` value with a new id. Lax: a link from another site must find the cookie, or it would be replaced. */
export function mintSealCookie(name: string): string {
  return write(name, random(ID_BYTES));
}

/**
 * The cookie of another epoch. Where no id can be trusted, or none is left, there is a new one too, and nothing that was sealed before
 * opens.
 */
export function sealCookieOf(name: string, cookie: SealCookie, epoch: string): string {
  const browserId = cookie.state === 'present' ? cookie.browserId : random(ID_BYTES);
  return write(name, `${browserId}.${epoch}`);
}

export async function markOf(secret: string): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret))));
}

/** An epoch that no session is of. It is random, not counted: an answer that a script held back must not bring a former one again. */
export function emptyEpoch(): string {
  return random(EPOCH_BYTES);
}

function write(name: string, value: string): string {
  const secure = name === SECURE_NAME ? 'Secure; ' : '';
  return `${name}=${value}; Path=/; Max-Age=${MAX_AGE_SECONDS}; ${secure}HttpOnly; SameSite=Lax`;
}

function random(bytes: number): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(bytes)));
}

/**
 * Whether the seal's cookie may be minted for this request. Only a top-level GET navigation is sure to bring a Lax
 * cookie along, so only there does absence mean that there is none; a POST from another site comes without.
 * A browser that sends no `Sec-Fetch-*` cannot be told from one that withholds, and could not fetch the sealed
 * script either, so it gets none.
 */
export function mayMint(request: Request): boolean {
  return (
    request.method === 'GET' &&
    request.headers.get('sec-fetch-mode') === 'navigate' &&
    request.headers.get('sec-fetch-dest') === 'document'
  );
}
