import { create, element, write } from './elements.js';
import { timeOf } from './order-list.js';
import type { Order } from './orders-api.js';
import { SharedFeed } from './shared-feed.js';

const SHOWN = 8;
const SILENCE_MS = 4000;

/** The panel of the live feed. */
export class LiveFeed {
  readonly #feed = new SharedFeed(({ type, data }) => this.#receive(type, JSON.parse(data)));
  readonly #list = element('feed', HTMLOListElement);
  readonly #empty = element('no-feed', HTMLParagraphElement);
  readonly #clock = element('feed-clock', HTMLParagraphElement);
  readonly #nameOf: (product: string) => string;
  readonly #onOrder: () => void;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(nameOf: (product: string) => string, onOrder: () => void) {
    this.#nameOf = nameOf;
    this.#onOrder = onOrder;
  }

  start(): void {
    this.#feed.join();
  }

  stop(): void {
    this.#feed.leave();
    this.#list.replaceChildren();
    this.#empty.hidden = false;
    this.#disconnected();
  }

  #receive(type: string, data: unknown): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#disconnected(), SILENCE_MS);
    if (type === 'tick') this.#clock.replaceChildren('live, ', timeOf((data as { now: string }).now));
    else this.#show(data as Order, type === 'approval');
  }

  #show({ product, quantity, placedBy, placedAt, approvedBy }: Order, isApproval: boolean): void {
    const done = isApproval ? `${approvedBy} approved` : `${placedBy} ordered`;
    const text = `${done} ${quantity} × ${this.#nameOf(product)}`;
    this.#list.prepend(create('li', '', timeOf(placedAt), create('span', '', text)));
    while (this.#list.children.length > SHOWN) this.#list.lastElementChild?.remove();
    this.#empty.hidden = true;
    this.#onOrder();
  }

  #disconnected(): void {
    clearTimeout(this.#silence);
    write(this.#clock, 'not connected');
  }
}
