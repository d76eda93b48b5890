import type { Session } from 'session-keeper';
import { Approvals } from './approvals.js';
import { create, element, write } from './elements.js';
import {
  type Attachment,
  attachmentUrl,
  listOrders,
  type Order,
  type Product,
  thumbnailUrl,
} from './orders-api.js';

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

interface Shown {
  readonly item: HTMLLIElement;
  /** What it shows, as JSON. */
  readonly what: string;
}

/** The list of the latest orders. What has not changed stays in place, and the keyboard's focus with it. */
export class OrderList {
  readonly #list = element('orders', HTMLUListElement);
  readonly #empty = element('no-orders', HTMLParagraphElement);
  readonly #approvals: Approvals;
  #names: ReadonlyMap<string, string> = new Map();
  #shown: ReadonlyMap<string, Shown> = new Map();
  #loads = 0;

  constructor(onApproved: () => void) {
    this.#approvals = new Approvals(onApproved);
  }

  keepFor(session: Session): void {
    this.#approvals.keepFor(session);
  }

  set products(products: readonly Product[]) {
    this.#names = new Map(products.map(({ id, name }) => [id, name]));
  }

  /** Fetches the orders and shows them, unless a later call was faster. */
  async reload(): Promise<void> {
    this.#loads += 1;
    const load = this.#loads;
    const orders = await listOrders();
    if (load !== this.#loads) return;
    this.#show(orders);
    this.#empty.hidden = orders.length > 0;
  }

  clear(): void {
    this.#loads += 1;
    this.#approvals.clear();
    this.#show([]);
  }

  nameOf(product: string): string {
    return this.#names.get(product) ?? product;
  }

  #show(orders: readonly Order[]): void {
    const before = this.#shown;
    this.#shown = new Map(orders.map((order) => [order.id, this.#shownAs(order, before.get(order.id))]));
    for (const [id, { item }] of before) if (this.#shown.get(id)?.item !== item) item.remove();
    let place = this.#list.firstElementChild;
    for (const { item } of this.#shown.values()) {
      if (item === place) place = place.nextElementSibling;
      else this.#list.insertBefore(item, place);
    }
  }

  #shownAs(order: Order, before: Shown | undefined): Shown {
    const what = JSON.stringify(order);
    if (before?.what === what) return before;
    const { activeElement } = document;
    const isFocused = before?.item.contains(activeElement);
    const item = this.#item(order);
    before?.item.replaceWith(item);
    if (isFocused) (item.contains(activeElement) ? (activeElement as HTMLElement) : item).focus();
    return { item, what };
  }

  #item(order: Order): HTMLLIElement {
    const picture = create('img', 'thumbnail');
    picture.src = thumbnailUrl(order.product);
    picture.alt = '';
    picture.width = 48;
    picture.height = 48;
    picture.loading = 'lazy';
    const title = create('p', 'order-title', `${order.quantity} × ${this.nameOf(order.product)}`);
    const placed = create('p', 'order-meta', `${order.placedBy}, `, timeOf(order.placedAt));
    const body = create('div', 'order-body', title, placed);
    if (order.note) body.append(create('p', 'order-note', order.note));
    if (order.attachments.length > 0) body.append(attachmentLinks(order));
    title.id = `order-title-${order.id}`;
    body.append(this.#approvals.of(order, title.id));
    const item = create('li', 'order', picture, body);
    item.id = `order-${order.id}`;
    // So that the focus has a place to be when what it was on is done.
    item.tabIndex = -1;
    return item;
  }
}

export function timeOf(iso: string): HTMLTimeElement {
  const shown = create('time', '');
  shown.dateTime = iso;
  write(shown, time.format(new Date(iso)));
  return shown;
}

function attachmentLinks(order: Order): HTMLElement {
  return create('p', 'order-files', ...order.attachments.map((attachment) => link(order, attachment)));
}

function link(order: Order, attachment: Attachment): HTMLAnchorElement {
  const anchor = create('a', '', `${attachment.name} (${size(attachment.bytes)})`);
  // No `download` attribute: some browsers would then fetch the file past the worker.
  anchor.href = attachmentUrl(order, attachment);
  return anchor;
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
