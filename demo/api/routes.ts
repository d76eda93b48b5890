import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from './access-token.js';
import {
  BadRequest,
  type Challenger,
  demandAuthentication,
  readBody,
  readJson,
  refuseToken,
  sendJson,
} from './answers.js';
import { approve } from './approvals.js';
import { receiveAttachment, sendAttachment } from './attachments.js';
import { LARGE_ORDER_DEMAND, LARGE_ORDER_QUANTITY, satisfies } from './authentication.js';
import type { Feed } from './feed.js';
import type { NewOrder, OrderBook, Placed } from './order-book.js';
import { PRODUCTS, thumbnail } from './thumbnails.js';

export interface RouteContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly caller: Caller;
  readonly challenger: Challenger;
  readonly query: URLSearchParams;
  readonly book: OrderBook;
  readonly feed: Feed;
  readonly appOrigin: string;
}

type Route = readonly [
  method: string,
  path: RegExp,
  run: (context: RouteContext, ...parts: string[]) => unknown,
];

const MAX_ORDER_BYTES = 1024 * 1024;
const LISTED_ORDERS = 50;

const ROUTES: readonly Route[] = [
  [
    'GET',
    /^\/v1\/time$/,
    ({ res, caller }) => sendJson(res, 200, { now: Date.now(), subject: caller.subject }),
  ],
  ['GET', /^\/v1\/products$/, ({ res }) => sendJson(res, 200, { products: PRODUCTS })],
  ['GET', /^\/v1\/products\/([\w-]+)\/image$/, sendThumbnail],
  ['GET', /^\/v1\/orders$/, ({ res, book }) => sendJson(res, 200, { orders: book.latest(LISTED_ORDERS) })],
  ['POST', /^\/v1\/orders$/, postOrder],
  ['POST', /^\/v1\/orders-form$/, postOrderForm],
  ['POST', /^\/v1\/approvals$/, approve],
  ['POST', /^\/v1\/orders\/([\w-]+)\/attachments$/, (context, id) => upload(context, id)],
  ['GET', /^\/v1\/orders\/([\w-]+)\/attachments\/([\w-]+)$/, download],
  ['GET', /^\/v1\/feed$/, ({ feed, req, res }) => feed.open(req, res)],
  ['POST', /^\/v1\/echo-hash$/, echoHash],
  // What a client has to be able to live with.
  ['*', /^\/v1\/always-401$/, ({ res, challenger }) => refuseToken(res, 'invalid', challenger)],
  ['*', /^\/v1\/always-204$/, ({ res }) => res.writeHead(204).end()],
  ['*', /^\/v1\/always-500$/, ({ res }) => sendJson(res, 500, { error: 'on purpose' })],
];

/** @throws {BadRequest} for what the client got wrong. */
export async function route(context: RouteContext): Promise<void> {
  const path = new URL(context.req.url ?? '/', context.appOrigin).pathname;
  const method = context.req.method === 'HEAD' ? 'GET' : context.req.method;
  const matching = ROUTES.filter(([, pattern]) => pattern.test(path));
  if (matching.length === 0) throw new BadRequest(404, 'no such resource');
  const found = matching.find(([allowed]) => allowed === '*' || allowed === method);
  if (!found) throw new BadRequest(405, 'not with this method');
  const [, pattern, run] = found;
  await run(context, ...(pattern.exec(path)?.slice(1) ?? []));
}

async function postOrder(context: RouteContext): Promise<void> {
  const { req, res } = context;
  const order = parseOrder(await readJson(req, MAX_ORDER_BYTES));
  const placed = placeOrder(context, order);
  if (placed) sendJson(res, placed.created ? 201 : 200, placed.order);
}

/** What a form without script sends: the answer leads back to the page. */
async function postOrderForm(context: RouteContext): Promise<void> {
  const { req, res, appOrigin } = context;
  const form = new URLSearchParams((await readBody(req, MAX_ORDER_BYTES)).toString('utf8'));
  const order = parseOrder({ ...Object.fromEntries(form), quantity: Number(form.get('quantity')) });
  const placed = placeOrder(context, order);
  if (placed) res.writeHead(303, { location: `${appOrigin}/#order-${placed.order.id}` }).end();
}

/** Places an order and tells everybody, or answers that a large one needs the person verified. */
function placeOrder(
  { res, caller, challenger, book, feed }: RouteContext,
  order: NewOrder,
): Placed | undefined {
  if (order.quantity > LARGE_ORDER_QUANTITY && !satisfies(caller, LARGE_ORDER_DEMAND)) {
    demandAuthentication(res, LARGE_ORDER_DEMAND, challenger);
    return undefined;
  }
  const placed = book.place(order, caller.subject);
  if (placed.created) feed.announce('order', placed.order);
  return placed;
}

function upload({ book, req, res, query }: RouteContext, id = ''): Promise<void> {
  return receiveAttachment(book, book.existing(id), req, res, query);
}

function download({ book, res }: RouteContext, id = '', attachment = ''): void {
  sendAttachment(book, book.existing(id), attachment, res);
}

function sendThumbnail({ res }: RouteContext, product = ''): void {
  const svg = thumbnail(product);
  if (!svg) throw new BadRequest(404, 'no such product');
  res.writeHead(200, { 'content-type': 'image/svg+xml', 'cache-control': 'no-store' }).end(svg);
}

/** Hashes a body of any size as it streams in. */
async function echoHash({ req, res }: RouteContext): Promise<void> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of req) {
    bytes += chunk.length;
    hash.update(chunk);
  }
  sendJson(res, 200, { bytes, sha256: hash.digest('hex'), contentType: req.headers['content-type'] ?? null });
}

function parseOrder(body: unknown): NewOrder {
  const { id, product, quantity = 1, note = '' } = (body ?? {}) as Record<string, unknown>;
  if (id !== undefined && !(typeof id === 'string' && /^[\w-]{1,80}$/.test(id))) {
    throw new BadRequest(400, 'id: 1 to 80 letters, digits, - or _');
  }
  if (typeof product !== 'string' || product === '') throw new BadRequest(400, 'product: a text');
  if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1) {
    throw new BadRequest(400, 'quantity: a whole number from 1');
  }
  if (typeof note !== 'string') throw new BadRequest(400, 'note: a text');
  return { ...(id !== undefined && { id }), product, quantity, note };
}
