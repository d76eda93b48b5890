/**
 * How the server hands this browser's secrets to the worker: one assignment in front of the worker's script,
 * `self.__SESSION_KEEPER_SEAL__ = {…};`. The worker reads it once and deletes it.
 */
export const SEAL_GLOBAL = '__SESSION_KEEPER_SEAL__';

export interface Seal {
  /** The path that the worker is to be registered for. At another one it would be out of reach of the app's updates. */
  readonly scope: string;
  /** The key id that seals new records. */
  readonly current: string;
  /** Key id -> 32 bytes, base64url: HMAC-SHA-256 of the server key over this browser's id. */
  readonly keys: Readonly<Record<string, string>>;
}
