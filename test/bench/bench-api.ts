import type { IncomingMessage, ServerResponse } from 'node:http';

const ANSWER = JSON.stringify({ orders: ['1001', '1002', '1003'], of: 'a small answer of a usual API' });

/** At the API's origin, and none of the session's paths. */
export const OTHER_PATH = '/bench/other';

/** Answers with the beginning of the credential that the request came with. */
export const CREDENTIAL_PATH = '/v1/bench/credential';

/**
 * Answers `/v1/bench/…` of the order desk's API without looking at the token, so that a request costs the same whichever
 * worker it came through: a small answer, after whatever body there is has been read.
 */
export async function answerBench(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  if (!req.url?.startsWith('/v1/bench/') && req.url !== OTHER_PATH) return false;
  res.setHeader('access-control-allow-origin', '*');
  if (req.method === 'OPTIONS') {
    res.setHeader('access-control-allow-headers', 'authorization, content-type, dpop');
    res.setHeader('access-control-max-age', '7200');
    res.writeHead(204).end();
    return true;
  }
  for await (const _ of req);
  if (req.url === CREDENTIAL_PATH) {
    // Enough of it to tell whose it is.
    res.writeHead(200, { 'content-type': 'text/plain' }).end(req.headers.authorization?.slice(0, 12));
    return true;
  }
  res.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(ANSWER);
  return true;
}
