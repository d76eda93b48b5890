import type { IncomingMessage, ServerResponse } from 'node:http';
import { BadRequest, readBody, sendJson } from './answers.js';
import type { Order, OrderBook } from './order-book.js';

const MAX_BYTES = 60 * 1024 * 1024;

interface Upload {
  readonly name: string;
  readonly type: string;
  readonly content: Buffer;
}

/** Takes a file, as `multipart/form-data` (field `file`) or as the raw body with `?name=`. */
export async function receiveAttachment(
  book: OrderBook,
  order: Order,
  req: IncomingMessage,
  res: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  const body = await readBody(req, MAX_BYTES);
  const type = req.headers['content-type'] ?? 'application/octet-stream';
  const upload = type.startsWith('multipart/form-data')
    ? await fromMultipart(body, type)
    : { name: query.get('name') ?? 'attachment', type, content: body };
  sendJson(res, 201, book.attach(order, upload.name, upload.type, upload.content));
}

/** Sends a file as a download, under its own name. */
export function sendAttachment(book: OrderBook, order: Order, id: string, res: ServerResponse): void {
  const attachment = book.attachment(order, id);
  if (!attachment) throw new BadRequest(404, 'no such attachment');
  const { name, content } = attachment;
  res.writeHead(200, {
    // Never the uploader's own type: a page of this origin must not be made out of an upload.
    'content-type': 'application/octet-stream',
    'content-length': content.length,
    'content-disposition': `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    'cache-control': 'no-store',
  });
  res.end(content);
}

async function fromMultipart(body: Buffer, type: string): Promise<Upload> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const file = form.get('file');
  if (!(file instanceof File)) throw new BadRequest(400, 'the field "file" holds no file');
  return { name: file.name, type: file.type, content: Buffer.from(await file.arrayBuffer()) };
}
