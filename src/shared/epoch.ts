import { toBase64url } from './base64url.js';

/*
 * What worker and server say to each other about epochs, at the URL of the worker's script. The seal's cookie holds the present
 * epoch's mark. A script can ask for it; only who knows the secret that it is made from can have it again.
 */

/**
 * `now`: which mark is the present one. `next`: from now on it is that of the secret. `end`: from now on it is one that nobody has,
 * if the given one is the present.
 */
export type EpochQuestion = 'now' | 'next' | 'end';

/** With `next` the secret, with `end` the mark. A header, because not every server has a body to read at hand. */
export const EPOCH_HEADER = 'session-keeper-epoch';

const LENGTH = 22;
const MARK = /^[\w-]{22}$/;
/** `crypto.randomUUID` */
const SECRET = /^[\da-f-]{36}$/;

export function isMark(text: string): boolean {
  return MARK.test(text);
}

export function isSecret(text: string): boolean {
  return SECRET.test(text);
}

export async function markOf(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
  return toBase64url(new Uint8Array(digest)).slice(0, LENGTH);
}
