import { create, element, write } from './elements.js';
import { attach, type Product, placeOrder, RequestRefused } from './orders-api.js';

const DRAFT = 'order-desk:note';

/** The order form; its text outlives a sign-in that leaves the page. */
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

  constructor(onPlaced: () => void) {
    this.#onPlaced = onPlaced;
    this.#note.value = sessionStorage.getItem(DRAFT) ?? '';
    this.#note.addEventListener('input', () => sessionStorage.setItem(DRAFT, this.#note.value));
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#place();
    });
  }

  set products(products: readonly Product[]) {
    for (const select of [this.#product, this.#quickProduct]) {
      const chosen = select.value;
      select.replaceChildren(...products.map(({ id, name }) => option(id, name)));
      if (chosen) select.value = chosen;
    }
  }

  async #place(): Promise<void> {
    if (this.#submit.ariaDisabled === 'true') return;
    this.#submit.ariaDisabled = 'true';
    write(this.#result, 'Sending…');
    try {
      const order = await placeOrder({
        product: this.#product.value,
        quantity: this.#quantity.valueAsNumber,
        note: this.#note.value,
      });
      const [file] = this.#attachment.files ?? [];
      if (file) await attach(order, file);
      this.#clear();
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
    this.#note.value = '';
    sessionStorage.removeItem(DRAFT);
  }
}

function option(value: string, label: string): HTMLOptionElement {
  const made = create('option', '', label);
  made.value = value;
  return made;
}

function reason(error: unknown): string {
  // The session itself would name a code: this is the yard's own answer to an order that nobody confirmed.
  if (error instanceof RequestRefused && error.status === 401 && !error.code)
    return 'it was not confirmed that it is you';
  if (error instanceof RequestRefused) return error.code ?? `the server answered ${error.status}`;
  return 'the server could not be reached';
}
