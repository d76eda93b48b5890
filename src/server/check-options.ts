const LOOPBACK_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\]|[a-z0-9.-]+\.localhost)$/;

/** Whether browsers treat the host as trustworthy over plain http. */
export function isLoopback(url: URL): boolean {
  return LOOPBACK_HOST.test(url.hostname);
}

/** A misuse of an option: which one, what was given, what is allowed. */
export function misuse(option: string, given: unknown, allowed: string): TypeError {
  return new TypeError(`session-keeper: option "${option}" is ${shown(given)}; allowed is ${allowed}`);
}

function shown(given: unknown): string {
  if (typeof given === 'string') return JSON.stringify(given);
  if (Array.isArray(given)) return `[${given.map(shown).join(', ')}]`;
  return typeof given === 'object' && given !== null ? 'an object' : String(given);
}

/** A path as `location.pathname` shows it: rooted, normalized, without query and fragment. */
export function checkPath(option: string, given: unknown): string {
  const allowed = 'a normalized path of this origin that starts with one "/", without query and fragment';
  if (typeof given !== 'string' || !URL.canParse(given, 'http://localhost')) {
    throw misuse(option, given, allowed);
  }
  if (new URL(given, 'http://localhost').pathname !== given) throw misuse(option, given, allowed);
  return given;
}

/** An origin and nothing more, over https or on this machine. */
export function checkOrigin(option: string, given: unknown): string {
  const allowed =
    'an origin such as "https://api.example.com" (http for localhost only), without path and "/"';
  const url = parseTrustworthy(given);
  if (!url || url.origin !== given) throw misuse(option, given, allowed);
  return url.origin;
}

/** RFC 8414 §2: https, no query, no fragment; http is accepted on this machine. */
export function checkIssuer(given: unknown): string {
  const url = parseTrustworthy(given);
  if (!url || url.search || url.hash || url.username || url.password) {
    throw misuse('issuer', given, 'an https URL (http for localhost only) without query and fragment');
  }
  return url.origin;
}

function parseTrustworthy(given: unknown): URL | undefined {
  if (typeof given !== 'string' || !URL.canParse(given)) return undefined;
  const url = new URL(given);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url)) ? url : undefined;
}

/** The same for each member of an optional list. */
export function checkOrigins(option: string, given: unknown): readonly string[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw misuse(option, given, 'a list of origins');
  return given.map((origin: unknown, index) => checkOrigin(`${option}[${index}]`, origin));
}
