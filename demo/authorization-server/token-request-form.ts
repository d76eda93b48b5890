import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';

/** More than any token request; what is longer is not looked at. */
const MAX_BYTES = 50_000;

/** The `grant_type` of a token request; the body is still there to be read afterwards. */
export async function readGrantType(req: IncomingMessage): Promise<string | undefined> {
  const body = await peekBody(req);
  return new URLSearchParams(body?.toString('utf8')).get('grant_type') ?? undefined;
}

/**
 * Exactly as many bytes as there are: to ask for more would end the stream, and nothing can be put back into a stream
 * that has ended.
 */
export async function peekBody(req: IncomingMessage): Promise<Buffer | undefined> {
  const bytes = Number(req.headers['content-length']);
  if (!(bytes > 0 && bytes <= MAX_BYTES)) return undefined;
  while (!req.readableEnded && !req.destroyed) {
    const body: Buffer | null = req.read(bytes);
    if (body) {
      req.unshift(body);
      return body;
    }
    // A client that goes away in the middle is an error of the stream.
    await once(req, 'readable').catch(() => undefined);
  }
  return undefined;
}
