import { misuse } from './check-options.js';
import { admits, parseSource, type SourceExpression } from './source-expression.js';

/** A Content-Security-Policy: directive -> sources. */
export type Policy = Readonly<Record<string, readonly string[]>>;

export interface PagePolicySettings {
  readonly apis: readonly string[];
  /** Origins that the page must not reach. */
  readonly authorizationServers: readonly string[];
  /** The app's own origin, when it is known at start. */
  readonly origin?: string;
  readonly replacements?: Policy;
  /** What a silent frame visits; nothing else of these origins is let in. */
  readonly silentFrame?: readonly string[];
  /** The page that the app's former token handling comes back to, in a frame too. */
  readonly formerCallback?: string;
}

/** Where a script could frame this origin and work in a document of it that carries no policy, or be framed. */
const FRAMING = ['frame-src', 'child-src', 'fenced-frame-src', 'frame-ancestors'];
/** These name no place that a page of ours would load from, submit to or connect to. */
const NOT_SOURCES = ['report-to', 'report-uri', 'sandbox', 'require-trusted-types-for', 'trusted-types'];
const DIRECTIVE = /^[a-z][a-z-]*$/;
const TOKEN = /^[!-+\--:<-~]+$/;

/** The page's default: its own origin and its APIs, nothing else. Assets that Vite writes as `data:` are let in. */
export function defaultPagePolicy(apis: readonly string[]): Policy {
  return {
    'default-src': ["'self'"],
    'connect-src': ["'self'", ...apis],
    'img-src': ["'self'", ...apis, 'data:', 'blob:'],
    'media-src': ["'self'", ...apis, 'data:', 'blob:'],
    'font-src': ["'self'", 'data:'],
    'worker-src': ["'self'"],
    'frame-src': ["'none'"],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
}

/**
 * The policy of every response that a page could work in. It names the authorization server nowhere, so that the
 * first hop of a sign-in that a script starts in a frame, form or request is blocked and no code is made. A silent frame
 * is the exception, and needs an authorization server that puts this client's code into no URL.
 */
export function pagePolicy(settings: PagePolicySettings): Policy {
  const { replacements = {}, silentFrame = [] } = settings;
  if (typeof replacements !== 'object' || replacements === null) {
    throw misuse('contentSecurityPolicy', replacements, 'an object: directive -> list of sources');
  }
  for (const [directive, sources] of Object.entries(replacements)) {
    checkDirective(directive, sources);
    if (!NOT_SOURCES.includes(directive)) checkSources(directive, sources, settings);
  }
  const policy: Policy = { ...defaultPagePolicy(settings.apis), ...replacements };
  const { formerCallback, authorizationServers } = settings;
  const reached = formerCallback === undefined ? [] : authorizationServers;
  const framed = [...silentFrame, ...reached, ...(formerCallback === undefined ? [] : [formerCallback])];
  return adding(adding(policy, 'connect-src', reached), 'frame-src', framed);
}

function adding(policy: Policy, directive: string, sources: readonly string[]): Policy {
  if (sources.length === 0) return policy;
  const own = policy[directive]?.filter((source) => source.toLowerCase() !== "'none'") ?? [];
  return { ...policy, [directive]: [...new Set([...own, ...sources])] };
}

function checkDirective(directive: string, sources: unknown): void {
  const option = `contentSecurityPolicy["${directive}"]`;
  if (!DIRECTIVE.test(directive)) throw misuse(option, directive, 'a directive name in lower case');
  const tokens = Array.isArray(sources) && sources.every((s) => typeof s === 'string' && TOKEN.test(s));
  if (!tokens) throw misuse(option, sources, 'a list of sources without spaces, "," and ";"');
}

function checkSources(directive: string, sources: readonly string[], settings: PagePolicySettings): void {
  const option = `contentSecurityPolicy["${directive}"]`;
  for (const text of sources) {
    const source = parseSource(text);
    if (!source)
      throw misuse(option, text, 'a source: an origin, a scheme such as "data:", or a \'keyword\'');
    const opened = settings.authorizationServers.find((origin) => admits(source, new URL(origin)));
    if (opened !== undefined) {
      throw misuse(option, text, `sources that do not match the authorization server ${opened}`);
    }
    if (directive === 'object-src' && text !== "'none'") throw misuse(option, text, "'none'");
    if (directive === 'base-uri' && text !== "'none'" && text !== "'self'") {
      throw misuse(option, text, "'none' or 'self'");
    }
    if (FRAMING.includes(directive) && framesOwnOrigin(source, settings.origin)) {
      throw misuse(
        option,
        text,
        "'none' or other origins, each named: never 'self' or a pattern that includes it",
      );
    }
  }
}

function framesOwnOrigin(source: SourceExpression, origin: string | undefined): boolean {
  if (source.kind === 'keyword') return source.text === "'self'";
  if (source.kind === 'scheme') return source.scheme !== 'data' && source.scheme !== 'blob';
  return source.host.startsWith('*') || (origin !== undefined && admits(source, new URL(origin)));
}

export function serializePolicy(policy: Policy): string {
  return Object.entries(policy)
    .map(([directive, sources]) => [directive, ...sources].join(' '))
    .join('; ');
}
