import type { Session } from 'session-keeper';
import { type KeptDraft, keepDraft } from 'session-keeper/drafts';
import { create, element, write } from './elements.js';
import { attach, type OrderDraft, type Product, placeOrder } from './orders-api.js';
import { reason } from './reasons.js';

/** The order form; what is in it outlives a sign-in that leaves the page. */
export class OrderForm {
  readonly #form = element('order-form', HTMLFormElement);
  readonly #product = element('product', HTMLSelectElement);
  readonly #quickProduct = element('quick-product', HTMLSelectElement);
  readonly #quantity = element('quantity', HTMLInputElement);
  readonly #note = element('note', HTMLTextAreaElement);
  readonly #attachment = element('attachment', HTMLInputElement);
  readonly #submit = element('place-order', HTMLButtonElement);
  readonly #result = element('order-result', HTMLParagraphElement);
  readonly #onPlaced: () => void;
  #draft: KeptDraft | undefined;
  /** The order's, from the first attempt to send it until it is placed: the API then knows one that it has already. */
  #id: string = crypto.randomUUID();
  /** Chosen before the page was left; the products come later. */
  #chosenBefore = '';

  constructor(onPlaced: () => void) {
    this.#onPlaced = onPlaced;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#place();
    });
  }

  /** From now on a sign-in that leaves the page takes along what is in the form. */
  keepFor(session: Session): void {
    this.#draft = keepDraft<OrderDraft>(session, {
      name: 'order',
      save: () => (this.#note.value || this.#quantity.value !== '1' ? this.#entered() : undefined),
      restore: ({ id, product, quantity, note }) => {
        this.#id = id;
        this.#chosenBefore = product;
        this.#product.value = product;
        this.#quantity.value = String(quantity ?? '');
        this.#note.value = note;
        write(this.#result, 'Your order is as you left it.');
      },
      clear: () => this.#clear(),
    });
  }

  set products(products: readonly Product[]) {
    for (const select of [this.#product, this.#quickProduct]) {
      const chosen = select.value;
      select.replaceChildren(...products.map(({ id, name }) => option(id, name)));
      if (chosen) select.value = chosen;
    }
    if (this.#chosenBefore) this.#product.value = this.#chosenBefore;
  }

  async #place(): Promise<void> {
    if (this.#submit.ariaDisabled === 'true') return;
    this.#submit.ariaDisabled = 'true';
    write(this.#result, 'Sending…');
    try {
      const order = await placeOrder(this.#entered());
      const [file] = this.#attachment.files ?? [];
      if (file) await attach(order, file);
      this.#clear();
      this.#draft?.drop();
      write(this.#result, 'Order placed.');
      this.#onPlaced();
    } catch (error) {
      write(this.#result, `Not placed: ${reason(error)}. Your text is still here.`);
    } finally {
      this.#submit.ariaDisabled = 'false';
    }
  }

  #clear(): void {
    const product = this.#product.value;
    this.#form.reset();
    this.#product.value = product;
    this.#chosenBefore = '';
    this.#id = crypto.randomUUID();
    write(this.#result, '');
  }

  #entered(): OrderDraft {
    return {
      id: this.#id,
      product: this.#product.value,
      // JSON has no word for what a field with letters in it holds.
      quantity: Number.isNaN(this.#quantity.valueAsNumber) ? null : this.#quantity.valueAsNumber,
      note: this.#note.value,
    };
  }
}

function option(value: string, label: string): HTMLOptionElement {
  const made = create('option', '', label);
  made.value = value;
  return made;
}
