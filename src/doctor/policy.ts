import { admits, parseSource } from '../server/source-expression.js';

/** One Content-Security-Policy: directive -> sources. */
export type ParsedPolicy = ReadonlyMap<string, readonly string[]>;

/** The policies of a response; a browser enforces each of them. */
export function parsePolicies(header: string | null): ParsedPolicy[] {
  return (header ?? '')
    .split(',')
    .map((text) => parsePolicy(text))
    .filter(({ size }) => size > 0);
}

function parsePolicy(text: string): ParsedPolicy {
  const directives = new Map<string, readonly string[]>();
  for (const part of text.split(';')) {
    const [name = '', ...sources] = part.trim().split(/\s+/);
    // The first of a name counts (CSP Level 3 §2.2.1).
    if (name !== '' && !directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources);
  }
  return directives;
}

/** The directives by which a document could make a first hop to another origin, and what they fall back to. */
const REACH: Readonly<Record<string, readonly string[]>> = {
  'connect-src': ['default-src'],
  'font-src': ['default-src'],
  'form-action': [],
  'frame-src': ['child-src', 'default-src'],
  'img-src': ['default-src'],
  'manifest-src': ['default-src'],
  'media-src': ['default-src'],
  'object-src': ['default-src'],
  'script-src': ['default-src'],
  'style-src': ['default-src'],
  'worker-src': ['child-src', 'script-src', 'default-src'],
  'frame-ancestors': [],
};

/** The sources that govern a directive; `undefined`: nothing does, so that everything is allowed. */
export function sourcesFor(policy: ParsedPolicy, directive: string): readonly string[] | undefined {
  const name = [directive, ...(REACH[directive] ?? [])].find((each) => policy.has(each));
  return name === undefined ? undefined : policy.get(name);
}

/** The directives that let a document reach the origin. */
export function waysTo(policies: readonly ParsedPolicy[], origin: URL): string[] {
  return Object.keys(REACH).filter(
    (directive) =>
      directive !== 'frame-ancestors' &&
      policies.every((policy) => {
        const sources = sourcesFor(policy, directive);
        return sources === undefined || sources.some((text) => admitsText(text, origin));
      }),
  );
}

/** Whether some policy keeps the directive from matching the response's own origin. */
export function excludesOwnOrigin(
  policies: readonly ParsedPolicy[],
  directive: string,
  origin: URL,
): boolean {
  return policies.some((policy) =>
    sourcesFor(policy, directive)?.every(
      (text) => text.toLowerCase() !== "'self'" && !admitsText(text, origin),
    ),
  );
}

function admitsText(text: string, origin: URL): boolean {
  const source = parseSource(text);
  return source !== undefined && admits(source, origin);
}
