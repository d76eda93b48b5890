import { createHash, randomUUID } from 'node:crypto';
import { BadRequest } from './answers.js';

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Order {
  readonly id: string;
  readonly product: string;
  readonly quantity: number;
  readonly note: string;
  readonly placedBy: string;
  readonly placedAt: string;
  /** Absent: nobody yet. */
  readonly approvedBy?: string;
  readonly attachments: readonly Attachment[];
}

export type NewOrder = Pick<Order, 'product' | 'quantity' | 'note'> & { readonly id?: string };

/** An order, and whether this post made it. */
export interface Placed {
  readonly order: Order;
  readonly created: boolean;
}

export interface StoredAttachment extends Attachment {
  readonly content: Buffer;
}

/** The oldest orders go first: a demonstration may run for days. */
const MAX_ORDERS = 5_000;

/** Orders in memory, and a count of how often each id was posted. */
export class OrderBook {
  readonly #orders = new Map<string, Order>();
  readonly #contents = new Map<string, StoredAttachment>();
  #posts = new Map<string, number>();

  /** A second post of an id changes nothing. */
  place(order: NewOrder, placedBy: string): Placed {
    const id = order.id ?? randomUUID();
    this.#posts.set(id, (this.#posts.get(id) ?? 0) + 1);
    const known = this.#orders.get(id);
    if (known) return { order: known, created: false };
    const placed: Order = { ...order, id, placedBy, placedAt: new Date().toISOString(), attachments: [] };
    this.#orders.set(id, placed);
    if (this.#orders.size > MAX_ORDERS) this.#drop(this.#orders.keys().next().value);
    return { order: placed, created: true };
  }

  /** @throws {BadRequest} 404 where there is none. */
  existing(id: string): Order {
    const order = this.#orders.get(id);
    if (!order) throw new BadRequest(404, 'no such order');
    return order;
  }

  /** A second approval changes nothing. */
  approve(order: Order, approvedBy: string): Order {
    if (order.approvedBy !== undefined) return order;
    const approved: Order = { ...order, approvedBy };
    this.#orders.set(order.id, approved);
    return approved;
  }

  /** Newest first. */
  latest(count: number): readonly Order[] {
    return [...this.#orders.values()].slice(-count).reverse();
  }

  attach(order: Order, name: string, type: string, content: Buffer): Attachment {
    const sha256 = createHash('sha256').update(content).digest('hex');
    const attachment: Attachment = { id: randomUUID(), name, type, bytes: content.length, sha256 };
    this.#contents.set(attachment.id, { ...attachment, content });
    // Read anew: another upload may have finished while this one came in.
    const current = this.#orders.get(order.id) ?? order;
    this.#orders.set(order.id, { ...current, attachments: [...current.attachments, attachment] });
    return attachment;
  }

  attachment(order: Order, id: string): StoredAttachment | undefined {
    return order.attachments.some((attachment) => attachment.id === id) ? this.#contents.get(id) : undefined;
  }

  /** Id -> how often it was posted. */
  postCounts(): ReadonlyMap<string, number> {
    return new Map(this.#posts);
  }

  clearCounts(): void {
    this.#posts = new Map();
  }

  #drop(id: string | undefined): void {
    if (id === undefined) return;
    for (const { id: attachment } of this.#orders.get(id)?.attachments ?? [])
      this.#contents.delete(attachment);
    this.#orders.delete(id);
  }
}
