import { Revocation } from './oauth/revocation.js';
import { type ActivityRecord, type EndRecord, RECORD, type SessionRecord } from './session-record.js';
import type { Change, Stored } from './vault/vault.js';

/*
 * What each turn of a session's life writes to the vault: pure. Each is one transaction, so that a worker that dies leaves
 * the session as it was before or as it is after.
 */

/**
 * A session begins, or comes back.
 *
 * @param obsolete names of revocations that would end it
 * @param former whose refresh token is to be revoked
 */
export function beginning(
  record: SessionRecord,
  lastInputAt: number,
  obsolete: readonly string[],
  former?: SessionRecord,
): Change {
  return {
    put: [{ name: RECORD.session, value: record }, activity(lastInputAt), ...Revocation.pending(former)],
    remove: [RECORD.end, RECORD.journal, ...obsolete],
  };
}

/** A renewal's answer, for the session that it was asked for. */
export function renewal(from: Stored<SessionRecord>, record: SessionRecord): Change {
  return {
    expect: [{ name: RECORD.session, version: from.version }],
    put: [{ name: RECORD.session, value: record }],
    remove: [RECORD.journal],
  };
}

/** A person used a page. */
export function use(lastInputAt: number): Change {
  return { put: [activity(lastInputAt)] };
}

/** The session ends, if it is still the one that is meant. */
export function ending(
  meant: Stored<SessionRecord>,
  current: SessionRecord | undefined,
  end: EndRecord,
): Change {
  return {
    expect: [{ name: RECORD.session, version: meant.version }],
    ...without(current, end),
  };
}

/**
 * The person signs out.
 *
 * @param signIns names of the sign-ins that are under way
 * @param put is written together with it
 */
export function signingOut(
  current: SessionRecord | undefined,
  end: EndRecord,
  signIns: readonly string[],
  put: Change['put'] = [],
): Change {
  const dropped = without(current, end);
  return {
    put: [...dropped.put, ...put],
    remove: [...dropped.remove, RECORD.metadata, ...signIns],
  };
}

/**
 * The session is gone from the vault. A sign-in, or another worker's word on the end, has come first where this does not hold. It is
 * taken away again, so that the vault knows that it is over.
 */
export function losing(former: SessionRecord, end: EndRecord): Change {
  return {
    expect: [RECORD.session, RECORD.end].map((name) => ({ name, version: undefined })),
    ...without(former, end),
  };
}

/** Nothing is told of an end any more, if it is still this one. */
export function forgetting({ version }: Stored<EndRecord>): Change {
  return { expect: [{ name: RECORD.end, version }], remove: [RECORD.end] };
}

function without(current: SessionRecord | undefined, end: EndRecord) {
  return {
    put: [{ name: RECORD.end, value: end }, ...Revocation.pending(current)],
    remove: [RECORD.session, RECORD.journal, RECORD.activity],
  };
}

function activity(lastInputAt: number) {
  return { name: RECORD.activity, value: { lastInputAt } satisfies ActivityRecord };
}
