import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { System } from '../../../demo/system.js';
import { sendAnswer, sendPreflight } from './answering.js';
import type { Answer } from './ask.js';

/** A request as it arrived. Header names are in lower case. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
  readonly bodyHash: string;
}

/** What arrived, by URL and how often that was asked for: `http://… #2`. */
export interface Arrivals {
  readonly preflights: Readonly<Record<string, Received>>;
  readonly requests: Readonly<Record<string, Received>>;
}

/** It is drawn anew for each body. */
const BOUNDARY = /----WebKitFormBoundary\w{16}/g;

/** Takes over the paths below `diff/` of both APIs, and of nobody's; keeps what arrives there, and answers as it is told. */
export class Recorder {
  readonly #system: System;
  #answer: Answer | undefined;
  #preflights: Record<string, Received> = {};
  #requests: Record<string, Received> = {};

  constructor(system: System) {
    this.#system = system;
    for (const { server, own, other } of [
      { server: system.app, own: '/api', other: `${system.api.origin}/v1` },
      { server: system.api, own: '/v1', other: `${system.app.origin}/api` },
    ]) {
      server.onRequest(async (req, res) => {
        const [, tail] = /^\/(?:api|v1|outside)\/diff\/(.*)$/.exec(req.url ?? '') ?? [];
        if (tail === undefined) return false;
        const answer = this.#current();
        const received = receive(req, server.origin, await buffer(req));
        res.setHeader('date', 'Thu, 01 Jan 2026 00:00:00 GMT');
        if (isPreflight(req)) {
          keep(this.#preflights, received);
          sendPreflight(req, res, answer);
        } else {
          keep(this.#requests, received);
          sendAnswer(req, res, answer, { own, other, tail });
        }
        return true;
      });
    }
  }

  url(to: 'same-origin' | 'cross-origin', tail: string): string {
    const { app, api } = this.#system;
    return to === 'same-origin' ? `${app.origin}/api/diff/${tail}` : `${api.origin}/v1/diff/${tail}`;
  }

  /** Answers like this while `work` runs, and tells what arrived by then. */
  async during<T>(answer: Answer, work: () => Promise<T>): Promise<Arrivals & { readonly seen: T }> {
    this.#answer = answer;
    this.#preflights = {};
    this.#requests = {};
    const seen = await work();
    return { preflights: this.#preflights, requests: this.#requests, seen };
  }

  #current(): Answer {
    if (!this.#answer) throw new Error('a request came before there was an answer for it');
    return this.#answer;
  }
}

function isPreflight(req: IncomingMessage): boolean {
  return req.method === 'OPTIONS' && req.headers['access-control-request-method'] !== undefined;
}

function keep(into: Record<string, Received>, received: Received): void {
  let count = 1;
  while (`${received.url} #${count}` in into) count += 1;
  into[`${received.url} #${count}`] = received;
}

function receive(req: IncomingMessage, origin: string, body: Buffer): Received {
  const headers: Record<string, string> = {};
  for (let index = 0; index < req.rawHeaders.length; index += 2) {
    const name = req.rawHeaders[index]?.toLowerCase() ?? '';
    const value = req.rawHeaders[index + 1] ?? '';
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  headers['content-type'] &&= headers['content-type'].replace(BOUNDARY, 'BOUNDARY');
  const content = Buffer.from(body.toString('latin1').replace(BOUNDARY, 'BOUNDARY'), 'latin1');
  if (headers.cookie !== undefined) headers.cookie = ownCookies(headers.cookie);
  return {
    method: req.method ?? '',
    url: origin + req.url,
    headers,
    bodyBytes: body.length,
    bodyHash: createHash('sha256').update(content).digest('hex'),
  };
}

/** The seal and the authorization server's cookies are on localhost, too, and differ from browser to browser. */
function ownCookies(cookie: string): string {
  return cookie
    .split('; ')
    .filter((pair) => pair.startsWith('diff'))
    .sort()
    .join('; ');
}
