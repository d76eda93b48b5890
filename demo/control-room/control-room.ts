import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { BadRequest, readBody, sendJson } from '../api/answers.js';
import type { Handler } from '../loopback-server.js';
import { type LeverSettings, Levers } from './levers.js';

export interface ControlRoomSettings extends LeverSettings {
  readonly metrics: readonly Registry[];
}

const PATH = /^\/control\/(?:figures|levers\/([a-z-]+))$/;
const MAX_BODY_BYTES = 1000;

/**
 * The servers' side of the control room: their figures, and the levers that make them fail. It lives at paths of the API's origin, which
 * the page may reach and the worker leaves alone; a demonstration on the loopback interface has it, and no real server.
 */
export class ControlRoom {
  readonly #settings: ControlRoomSettings;
  readonly #levers: Levers;

  constructor(settings: ControlRoomSettings) {
    this.#settings = settings;
    this.#levers = new Levers(settings);
  }

  /** Puts the control room in front of a server. */
  before(server: Handler): Handler {
    return (req, res) => (PATH.test(req.url ?? '') ? this.#answer(req, res) : server(req, res));
  }

  close(): void {
    this.#levers.close();
  }

  async #answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const appOrigin = this.#settings.app.origin;
    // A page of another site reaches the loopback interface too: it must not end anybody's session.
    if (req.headers.origin !== appOrigin) return sendJson(res, 403, { error: 'not from this origin' });
    res.setHeader('access-control-allow-origin', appOrigin);
    res.setHeader('access-control-allow-headers', 'content-type');
    if (req.method === 'OPTIONS') return void res.writeHead(204).end();
    const [, lever] = PATH.exec(req.url ?? '') ?? [];
    if (lever === undefined) return sendJson(res, 200, await this.#figures());
    const answer = req.method === 'POST' ? await this.#pull(lever, req) : undefined;
    sendJson(res, answer ? 200 : 404, answer ?? { error: 'no such lever' });
  }

  async #pull(lever: string, req: IncomingMessage): Promise<object | undefined> {
    return this.#levers.pull(lever, await emailOf(req));
  }

  /** The very metrics that Prometheus reads, by name; each is the sum over its labels, and one for each set of labels. */
  async #figures(): Promise<Record<string, number>> {
    const figures: Record<string, number> = {};
    for (const registry of this.#settings.metrics)
      for (const { name, values } of (await registry.getMetricsAsJSON()) as readonly MetricValues[])
        for (const { labels, value } of values) {
          const labelled = Object.entries(labels).map(([label, text]) => `${label}=${text}`);
          figures[name] = (figures[name] ?? 0) + value;
          if (labelled.length > 0) figures[`${name}{${labelled.join(',')}}`] = value;
        }
    return figures;
  }
}

interface MetricValues {
  readonly name: string;
  readonly values: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

async function emailOf(req: IncomingMessage): Promise<unknown> {
  try {
    return JSON.parse((await readBody(req, MAX_BODY_BYTES)).toString('utf8'))?.email;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof BadRequest) return undefined;
    throw error;
  }
}
