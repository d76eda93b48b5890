import { type Session, SessionKeeperError } from 'session-keeper';
import { APPROVAL_SCOPE } from '../api/scopes.js';
import { Approval } from './approval.js';
import { create } from './elements.js';
import { approveOrder, type Order, RequestRefused } from './orders-api.js';
import { reason } from './reasons.js';

const REFUSED =
  'You cannot approve orders right now: your sign-in does not allow it. Everything else works. Ask for permission, and this order is approved as soon as you have it.';
const ASKING =
  'Answer in the window of the sign-in service, and this order is approved. Is the window gone? Ask again.';
const ASKED_IN_VAIN = 'Not approved: the sign-in service did not give you the permission. You can ask again.';

/**
 * Approving orders needs a scope of its own. Where the session does not have it, the person is told so, and is one click from asking for
 * it; the order that they wanted to approve is then approved.
 */
export class Approvals {
  readonly #onApproved: () => void;
  /** Of the orders that are not approved, by the order's id. */
  readonly #open = new Map<string, Approval>();
  #session: Session | undefined;

  constructor(onApproved: () => void) {
    this.#onApproved = onApproved;
  }

  keepFor(session: Session): void {
    this.#session = session;
    session.subscribe(({ grantedScopes }) => {
      if (!grantedScopes.includes(APPROVAL_SCOPE)) return;
      // Asked for elsewhere: whoever wants to approve one presses again.
      for (const each of this.#open.values())
        if (each.step === 'ask' && !each.isBusy) each.show('approve', '');
    });
  }

  /**
   * The same element for as long as an order is not approved.
   *
   * @param titleId of the text that names the order
   */
  of({ id, approvedBy }: Order, titleId: string): HTMLElement {
    if (approvedBy !== undefined) {
      this.#open.delete(id);
      return create('p', 'approved', `Approved by ${approvedBy}`);
    }
    const approval = this.#open.get(id) ?? new Approval(id, titleId, (pressed) => void this.#press(pressed));
    this.#open.set(id, approval);
    return approval.element;
  }

  clear(): void {
    this.#open.clear();
  }

  async #press(approval: Approval): Promise<void> {
    const isAsked = approval.step === 'ask';
    try {
      if (isAsked) await this.#ask(approval);
      approval.isBusy = true;
      await approveOrder(approval.orderId);
      approval.show('approve', 'Approved.');
      this.#onApproved();
    } catch (error) {
      if (error instanceof RequestRefused && error.code === 'insufficient_scope')
        approval.show('ask', isAsked ? ASKED_IN_VAIN : REFUSED);
      else approval.show(approval.step, `Not approved: ${reason(error)}.`);
    } finally {
      approval.isBusy = false;
    }
  }

  /** @throws when it was not granted, or to somebody else: the order is not theirs to approve by this click. */
  async #ask(approval: Approval): Promise<void> {
    // Not busy: nobody is told that a person has closed the window.
    approval.show('ask', ASKING);
    const asking = this.#session?.status.user?.sub;
    const status = await this.#session?.request({ scope: APPROVAL_SCOPE });
    if (status?.user?.sub !== asking)
      throw new SessionKeeperError('subject_changed', 'Somebody else signed in.');
    approval.show('approve', '');
  }
}
