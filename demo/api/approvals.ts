import { BadRequest, readJson, refuseToken, sendJson } from './answers.js';
import type { RouteContext } from './routes.js';
import { APPROVAL_SCOPE } from './scopes.js';

const MAX_BYTES = 1000;

/** Approves the order that the body names and tells everybody, or answers that the caller's scopes do not reach (RFC 6750 §3.1). */
export async function approve({ req, res, caller, challenger, book, feed }: RouteContext): Promise<void> {
  if (!caller.scopes.has(APPROVAL_SCOPE))
    return refuseToken(res, 'insufficient-scope', { ...challenger, scope: APPROVAL_SCOPE });
  const { order: id } = ((await readJson(req, MAX_BYTES)) ?? {}) as Record<string, unknown>;
  if (typeof id !== 'string') throw new BadRequest(400, 'order: the id of one');
  const order = book.existing(id);
  const approved = book.approve(order, caller.subject);
  if (approved !== order) feed.announce('approval', approved);
  sendJson(res, 200, approved);
}
