import type { Column, RowName } from './column.js';

/** Where the authorization server rotates without grace and knows nobody in a frame, no client can go on: the session ends, and says so. */
const NOT_PROMISED: readonly RowName[] = ['lostAnswerWithoutCookie'];

/** The rows in which session-keeper does not do what it promises. */
export function brokenPromises(column: Column): RowName[] {
  return (Object.keys(column) as RowName[]).filter(
    (row) => column[row].isBroken && !NOT_PROMISED.includes(row),
  );
}
