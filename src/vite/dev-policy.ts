import { defaultPagePolicy, type Policy } from '../server/page-policy.js';

export interface DevPolicySettings {
  readonly apis: readonly string[];
  /** The app's own directives. */
  readonly replacements: Policy;
  /** WebSocket origins of hot module replacement. */
  readonly sockets: readonly string[];
  /** The nonce that Vite puts on the inline scripts of its plugins. */
  readonly nonce: string;
}

/**
 * The page's policy with what Vite's client needs and a build does not: its socket, styles that it writes into the
 * page, a worker of its own from a blob that waits for the server, and inline scripts of Vite's plugins by nonce.
 */
export function devPolicy({ apis, replacements, sockets, nonce }: DevPolicySettings): Policy {
  const policy: Policy = { ...defaultPagePolicy(apis), ...replacements };
  const sources = (directive: string) => policy[directive] ?? policy['default-src'] ?? [];
  const add = (directive: string, added: readonly string[]) => ({
    [directive]: [...sources(directive).filter((source) => source !== "'none'"), ...added],
  });
  // A nonce or hash beside 'unsafe-inline' switches it off.
  const inlineStyles = sources('style-src').filter((source) => !/^'(?:nonce|sha\d+)-/.test(source));
  return {
    ...replacements,
    ...add('connect-src', sockets),
    ...add('worker-src', ['blob:']),
    'style-src': [...inlineStyles, "'unsafe-inline'"],
    ...(sources('script-src').includes("'unsafe-inline'") ? {} : add('script-src', [`'nonce-${nonce}'`])),
  };
}
