import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { listen } from '../../../demo/loopback-server.js';

const WORKER = new URL('./probe-worker.js', import.meta.url);

/** What a server says that it received. */
export interface Echo {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An origin with a page and a worker, and another one that lets the first call it. */
export interface ProbeServers {
  readonly origin: string;
  readonly otherOrigin: string;
  /** Headers of each request for the worker's script so far. */
  readonly scriptRequests: readonly IncomingHttpHeaders[];
  /** What the other origin received last, preflights left out. */
  lastOfOther(): Echo | undefined;
  /** Answers 403 for the worker's script from now on. */
  refuseWorker(): void;
  stop(): Promise<void>;
}

/** What the page's first response sets: each a promise of the browser that the seal's cookie rests on. */
const COOKIES = [
  'strict=1; HttpOnly; SameSite=Strict; Path=/',
  '__Host-plain=1; Secure; Path=/',
  '__Host-Http-sealed=1; Secure; HttpOnly; Path=/',
];

export async function startProbeServers(): Promise<ProbeServers> {
  const rethrow = (error: unknown) => console.error(error);
  const script = await readFile(WORKER);
  const [own, other] = await Promise.all([listen(0, rethrow), listen(0, rethrow)]);
  const scriptRequests: IncomingHttpHeaders[] = [];
  let refused = false;
  let last: Echo | undefined;

  const redirect = (res: ServerResponse, location: string) => res.writeHead(303, { location }).end();
  own.handle(async (req, res) => {
    const { pathname } = new URL(req.url ?? '/', own.origin);
    if (pathname === '/worker.js') {
      scriptRequests.push(req.headers);
      if (refused) return res.writeHead(403).end();
      return res
        .writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-store' })
        .end(script);
    }
    if (pathname === '/away') return redirect(res, `${other.origin}/echo`);
    if (pathname === '/bare-hop') return redirect(res, '/');
    if (pathname === '/own-hop') return redirect(res, '/#own');
    if (pathname.startsWith('/echo') || pathname.startsWith('/probe/')) return sendJson(res, await echo(req));
    res.writeHead(200, { 'content-type': 'text/html', 'set-cookie': COOKIES });
    res.end('<!doctype html><title>probe</title>');
  });
  other.handle(async (req, res) => {
    res.setHeader('access-control-allow-origin', own.origin);
    res.setHeader('access-control-allow-headers', 'authorization, dpop');
    if (req.method === 'OPTIONS') return res.writeHead(204).end();
    last = await echo(req);
    sendJson(res, last);
  });

  return {
    origin: own.origin,
    otherOrigin: other.origin,
    scriptRequests,
    lastOfOther: () => last,
    refuseWorker: () => {
      refused = true;
    },
    stop: async () => {
      await Promise.all([own.close(), other.close()]);
    },
  };
}

async function echo(req: IncomingMessage): Promise<Echo> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return { method: req.method ?? '', headers: req.headers, body: Buffer.concat(chunks).toString('utf8') };
}

function sendJson(res: ServerResponse, value: unknown): void {
  res.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  res.end(JSON.stringify(value));
}
