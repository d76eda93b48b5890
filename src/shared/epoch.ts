/*
 * What worker and server say to each other about epochs, at the URL of the worker's script. The seal's cookie holds the present
 * epoch's mark. A script can ask for it; only who knows the secret that it is made from can have it again.
 */

/**
 * `now`: which mark is the present one. `next`: from now on it is that of the secret. `end`: from now on it is one that nobody has,
 * if the given one is the present.
 */
export type EpochQuestion = 'now' | 'next' | 'end';

/**
 * Of a question: with `next` the secret, with `end` the mark. Of the answer: the mark that is the present one now. A header, because not every
 * server has a body to read at hand, and because a worker has it sooner than a body.
 */
export const EPOCH_HEADER = 'session-keeper-epoch';

/** `crypto.randomUUID` */
const SECRET = /^[\da-f-]{36}$/;

export function isSecret(text: string): boolean {
  return SECRET.test(text);
}
