import { verify } from 'node:crypto';
import type { Secrets } from './secrets.js';

/** What the attacker signs with each key that it finds and can use. */
export const SIGNED_TEXT = 'signed by the attacker';

/** Everything that the attacker carried away in one attack, from pages and at servers of its own. */
export class Loot {
  /** Way -> each text that came by it. */
  readonly #texts = new Map<string, Set<string>>();
  readonly #gains = new Set<string>();

  add(label: string, texts: readonly string[]): void {
    const known = this.#texts.get(label) ?? new Set();
    this.#texts.set(label, known);
    for (const text of texts) known.add(text);
  }

  /** What came by one way. */
  texts(label: string): readonly string[] {
    return [...(this.#texts.get(label) ?? [])];
  }

  /** Something that is no secret, and still more than a script should get. */
  gain(what: string): void {
    this.#gains.add(what);
  }

  /** What of it is worth something, and by which way it came. */
  obtained(secrets: Secrets): string[] {
    const found = new Set(this.#gains);
    for (const [label, texts] of this.#texts) {
      // Read together: a secret has no line break, and thousands of texts have one reading each.
      const readable = readings([...texts].join('\n')).join('\n');
      for (const [secret, kind] of secrets.all) {
        const raw = Buffer.from(secret, 'base64url').toString('latin1');
        if (readable.includes(secret) || (kind === 'vault key' && readable.includes(raw)))
          found.add(`${kind} (${label})`);
      }
      if (label !== 'signature') continue;
      const isOurs = (text: string) => secrets.proofKeys.some((key) => isSignedWith(key, text));
      if ([...texts].some(isOurs)) found.add('DPoP key in use (signature)');
    }
    return [...found].sort();
  }
}

/** A text as it is, and what it becomes when each encoded piece of it is decoded, twice over. */
function readings(text: string): string[] {
  const once = decodings(text);
  return [text, ...once, ...once.flatMap(decodings)];
}

function decodings(text: string): string[] {
  const pieces = text.match(/[\w+/=-]{16,}/g) ?? [];
  const decoded = pieces.map((piece) => Buffer.from(piece, 'base64').toString('latin1'));
  const hex = (text.match(/(?:[0-9a-f]{2}){16,}/gi) ?? []).map((piece) =>
    Buffer.from(piece, 'hex').toString('latin1'),
  );
  return [...percentDecoded(text), ...decoded, ...hex];
}

/** Line by line: one that is no such text must not hide the others. */
function percentDecoded(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line.includes('%') ? [decodeURIComponent(line)] : [];
    } catch {
      return [];
    }
  });
}

function isSignedWith(key: JsonWebKey, signature: string): boolean {
  return verify(
    'sha256',
    Buffer.from(SIGNED_TEXT),
    { key: { ...key }, format: 'jwk', dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64'),
  );
}
