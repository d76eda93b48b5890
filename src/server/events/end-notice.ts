import type { ServerKeys } from '../server-keys.js';

/** Whose sessions, as `identify` told it when their workers began to listen. Where both are given, both have to be theirs. */
export interface SessionIdentity {
  /** The person: the claim `sub`. */
  readonly subject?: string;
  /** One session: the claim `sid`, where the authorization server gives one. */
  readonly sid?: string;
}

/** `revoked`: by somebody else, with the grace of the worker's policy. `signed-out`: by the person, at once. */
export type EndReason = 'revoked' | 'signed-out';

/** What goes over the bus. */
export interface EndNotice extends SessionIdentity {
  readonly reason: EndReason;
}

const DOMAIN = 'session-keeper end v1\0';
/** Longer than servers' clocks are apart and a bus takes; a message that somebody kept ends nothing later. */
const VALID_MS = 60_000;

export async function signNotice(notice: EndNotice, keys: ServerKeys, now: number): Promise<string> {
  const text = JSON.stringify({ ...notice, at: now });
  return [keys.current, await keys.sign(keys.current, DOMAIN + text), text].join(' ');
}

/** @returns `undefined` for what no server of ours has published just now */
export async function readNotice(
  message: string,
  keys: ServerKeys,
  now: number,
): Promise<EndNotice | undefined> {
  const [, id = '', signature = '', text = ''] = /^(\S+) (\S+) (.*)$/s.exec(message) ?? [];
  if (!(await keys.verify(id, DOMAIN + text, signature))) return undefined;
  const { at, ...notice } = JSON.parse(text) as EndNotice & { readonly at: number };
  return Math.abs(now - at) < VALID_MS ? notice : undefined;
}

export function isMeant({ subject, sid }: SessionIdentity, listener: SessionIdentity): boolean {
  return (
    (subject !== undefined || sid !== undefined) &&
    (subject === undefined || subject === listener.subject) &&
    (sid === undefined || sid === listener.sid)
  );
}
