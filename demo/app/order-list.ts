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

/** The list of the latest orders. */
export class OrderList {
  readonly #list = element('orders', HTMLUListElement);
  readonly #empty = element('no-orders', HTMLParagraphElement);
  #names: ReadonlyMap<string, string> = new Map();
  #loads = 0;

  set products(products: readonly Product[]) {
    this.#names = new Map(products.map(({ id, name }) => [id, name]));
  }

  /** Fetches the orders and shows them, unless a later call was faster. */
  async reload(): Promise<void> {
    this.#loads += 1;
    const load = this.#loads;
    const orders = await listOrders();
    if (load !== this.#loads) return;
    this.#list.replaceChildren(...orders.map((order) => this.#item(order)));
    this.#empty.hidden = orders.length > 0;
  }

  clear(): void {
    this.#loads += 1;
    this.#list.replaceChildren();
  }

  nameOf(product: string): string {
    return this.#names.get(product) ?? product;
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
    const item = create('li', 'order', picture, body);
    item.id = `order-${order.id}`;
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
