import { SessionKeeperError } from '../../shared/errors.js';

/** Half a megabyte of plain text: far below what browsers give a tab, far above what a person types. */
const MAX_CHARACTERS = 524_288;

/**
 * A draft as JSON.
 *
 * @throws SessionKeeperError `draft_not_kept`: it is too large, or holds what JSON would silently change; the message says which
 */
export function draftText(name: string, value: unknown): string {
  const found = unlikeJson(value, name);
  if (found) throw notKept(`${found} cannot be kept; allowed is what JSON holds.`);
  const text = JSON.stringify(value);
  if (text.length > MAX_CHARACTERS)
    throw notKept(
      `The draft ${name} has ${text.length} characters as JSON; at most ${MAX_CHARACTERS} are kept.`,
    );
  return text;
}

export function notKept(why: string, cause?: unknown): SessionKeeperError {
  return new SessionKeeperError('draft_not_kept', `The page was not left. ${why}`, { cause });
}

/** Where in a value something is that does not come back from JSON as it was: a file, a date, a function, a number without end. */
function unlikeJson(value: unknown, path: string): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `${path}, ${value},`;
  if (typeof value !== 'object') return `${path}, ${typeof value},`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null)
    return `${path}, a ${value.constructor.name},`;
  for (const [key, each] of Object.entries(value)) {
    // A field that is not there is one that JSON leaves away.
    const found = each !== undefined || Array.isArray(value) ? unlikeJson(each, `${path}.${key}`) : undefined;
    if (found) return found;
  }
  return undefined;
}
