import { demo } from './demo-values.js';
import { traffic } from './tab-traffic.js';

export interface Product {
  readonly id: string;
  readonly name: string;
}

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
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

/** An order that is not placed yet. Its id makes a repeat harmless: the API knows an order that it has already. */
export interface OrderDraft extends Pick<Order, 'id' | 'product' | 'note'> {
  readonly quantity: number | null;
}

/** An answer that says no. */
export class RequestRefused extends Error {
  readonly status: number;
  /** The code of a problem that the session itself reports (`application/problem+json`). */
  readonly code: string | undefined;

  constructor(status: number, code: string | undefined) {
    super(code ? `refused: ${code}` : `refused with status ${status}`);
    this.status = status;
    this.code = code;
  }
}

// Nothing in this file knows of tokens: these are the calls that an application without authentication would make.

export async function listOrders(): Promise<readonly Order[]> {
  const { orders } = await call<{ orders: readonly Order[] }>(`${demo.api}/v1/orders`);
  return orders;
}

export async function listProducts(): Promise<readonly Product[]> {
  const { products } = await call<{ products: readonly Product[] }>(`${demo.api}/v1/products`);
  return products;
}

export function placeOrder(draft: OrderDraft): Promise<Order> {
  return call<Order>(`${demo.api}/v1/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': draft.id },
    body: JSON.stringify(draft),
  });
}

/** A second approval changes nothing, so it may be sent again whatever became of the first. */
export function approveOrder(id: string): Promise<Order> {
  return call<Order>(`${demo.api}/v1/approvals`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `approve-${id}` },
    body: JSON.stringify({ order: id }),
  });
}

export function attach(order: Order, file: File): Promise<Attachment> {
  const body = new FormData();
  body.append('file', file);
  return call<Attachment>(`/api/orders/${order.id}/attachments`, { method: 'POST', body });
}

export async function serverTime(): Promise<void> {
  await call(`${demo.api}/v1/time`);
}

export const thumbnailUrl = (product: string) => `/api/products/${encodeURIComponent(product)}/image`;
export const attachmentUrl = (order: Order, { id }: Attachment) =>
  `/api/orders/${order.id}/attachments/${id}`;

async function call<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await traffic.send(url, init);
  if (!response.ok) throw new RequestRefused(response.status, await problemCode(response));
  return response.json();
}

async function problemCode(response: Response): Promise<string | undefined> {
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return undefined;
  const { code }: { code?: string } = await response.json();
  return code;
}
