import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Answer } from './ask.js';

const ETAG = '"diff-1"';

const BODIES: Readonly<Record<Answer['body'], Buffer>> = {
  none: Buffer.alloc(0),
  text: Buffer.from('an answer of the server: grüße'),
  json: Buffer.from('{"orders":[1,2,3]}'),
  compressed: Buffer.from('an answer of the server, compressed on its way'),
  chunked: Buffer.from('an answer of the server, in two pieces'),
  picture: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'),
  sound: silence(4000),
  script: Buffer.from('globalThis.scriptOfTheApi = true;'),
  events: Buffer.from('id: 7\nretry: 1\ndata: one\n\n'),
};

export function bodyOf(answer: Answer): Buffer {
  return BODIES[answer.body];
}

/** A WAV file of 8 bit at 8 kHz. */
function silence(samples: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + samples, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(8000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples, 40);
  return Buffer.concat([header, Buffer.alloc(samples, 128)]);
}

/** Where a redirect may lead: prefixes of paths of this origin, or of another. */
interface Place {
  readonly own: string;
  readonly other: string;
  readonly tail: string;
}

export function sendPreflight(req: IncomingMessage, res: ServerResponse, { cors }: Answer): void {
  if (cors) {
    allowOrigin(req, res);
    res.setHeader('access-control-allow-methods', req.headers['access-control-request-method'] ?? '');
    res.setHeader('access-control-allow-headers', req.headers['access-control-request-headers'] ?? '');
    // Kept by nobody, so that each request shows its own.
    res.setHeader('access-control-max-age', '0');
  }
  res.writeHead(204).end();
}

export function sendAnswer(req: IncomingMessage, res: ServerResponse, answer: Answer, place: Place): void {
  if (answer.cors) allowOrigin(req, res);
  for (const [name, value] of Object.entries(answer.headers)) res.setHeader(name, value);
  if (answer.redirect && !place.tail.startsWith('moved/')) {
    const target = { 'same-api': place.own, 'other-api': place.other, outside: '/outside' }[
      answer.redirect.to
    ];
    res.writeHead(answer.redirect.status, { location: `${target}/diff/moved/${place.tail}` }).end();
    return;
  }
  if (answer.tagged) {
    res.setHeader('etag', ETAG);
    if (req.headers['if-none-match'] === ETAG) return void res.writeHead(304).end();
  }
  sendBody(req, res, answer);
}

function sendBody(req: IncomingMessage, res: ServerResponse, answer: Answer): void {
  const { status, reason } = answer;
  const whole = bodyOf(answer);
  const range = answer.ranges && /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? '');
  if (range) {
    const from = Number(range[1]);
    const to = Math.min(range[2] ? Number(range[2]) : whole.length - 1, whole.length - 1);
    res.writeHead(206, { 'content-range': `bytes ${from}-${to}/${whole.length}` });
    return void res.end(whole.subarray(from, to + 1));
  }
  if (answer.body === 'none' || req.method === 'HEAD' || status === 204 || status === 205 || status === 304)
    return void res.writeHead(status, reason).end();
  if (answer.body === 'compressed') {
    res.writeHead(status, reason, { 'content-encoding': 'gzip' }).end(gzipSync(whole));
  } else if (answer.body === 'chunked') {
    res.writeHead(status, reason).write(whole.subarray(0, 10));
    res.end(whole.subarray(10));
  } else {
    res.writeHead(status, reason, { 'content-length': whole.length }).end(whole);
  }
}

function allowOrigin(req: IncomingMessage, res: ServerResponse): void {
  res.setHeader('vary', 'Origin');
  const { origin } = req.headers;
  if (origin === undefined) return;
  res.setHeader('access-control-allow-origin', origin);
  res.setHeader('access-control-allow-credentials', 'true');
  res.setHeader('access-control-expose-headers', 'ETag, X-Shown, Content-Range');
}
