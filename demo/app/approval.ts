import { create, write } from './elements.js';

/** What a press of the button does: `ask` after an approval was refused for want of a permission. */
export type ApprovalStep = 'approve' | 'ask';

const LABELS: Readonly<Record<ApprovalStep, string>> = { approve: 'Approve', ask: 'Ask for permission' };

/** Where an order is approved. Its button stays the same one, so that the keyboard's focus stays on it. */
export class Approval {
  readonly element = create('div', 'approval');
  readonly orderId: string;
  readonly #said = create('p', 'approval-said');
  readonly #button = create('button', 'small');
  #step: ApprovalStep = 'approve';

  /** @param titleId of the text that names the order */
  constructor(orderId: string, titleId: string, onPress: (approval: Approval) => void) {
    this.orderId = orderId;
    this.#said.setAttribute('role', 'status');
    this.#button.type = 'button';
    this.#button.setAttribute('aria-describedby', titleId);
    this.#button.addEventListener('click', () => {
      if (!this.isBusy) onPress(this);
    });
    this.element.append(this.#said, this.#button);
    this.show('approve', '');
  }

  get step(): ApprovalStep {
    return this.#step;
  }

  /** Says something, and what the button does next. */
  show(step: ApprovalStep, said: string): void {
    this.#step = step;
    write(this.#said, said);
    write(this.#button, LABELS[step]);
    this.#button.classList.toggle('primary', step === 'ask');
  }

  set isBusy(busy: boolean) {
    this.#button.ariaDisabled = String(busy);
  }

  get isBusy(): boolean {
    return this.#button.ariaDisabled === 'true';
  }
}
