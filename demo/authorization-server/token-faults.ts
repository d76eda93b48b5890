import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { RequestHooks } from '../request-hooks.js';
import { readGrantType } from './token-request-form.js';

/**
 * Which token requests a fault strikes. A number is {@link FaultReach.hits | hits}.
 */
export type FaultReach =
  | number
  | {
      /** How many; then the fault is over. Default: all, until it is disposed. */
      readonly hits?: number;
      /** Default `refresh_token`. */
      readonly grantType?: 'refresh_token' | 'authorization_code';
    };

/** A fault that goes on until its hits are used up. */
export interface Fault {
  /** How many requests met it so far. */
  readonly struck: number;
  /** Ends it; requests that it holds or delays are not touched. */
  dispose(): void;
}

/** One request that stands still. */
export interface HeldRequest {
  /** Settles when the request stands still. */
  readonly arrived: Promise<void>;
  /** Lets it go on; before its arrival: lets it pass. */
  release(): void;
}

/** Faults of the token endpoint. Several at once strike in the order in which they were called for. */
export interface TokenFaultControls {
  /**
   * The provider handles the request; the client does not get the answer. `for-good` (the default) shows a client of
   * another origin a network error, and each request meets it once. `repeatable` cuts the connection before the first
   * byte: on a connection that it has used before, Chromium then sends the very same request again by itself, a POST too.
   */
  loseResponse(reach?: FaultReach, how?: 'for-good' | 'repeatable'): Fault;
  /** The provider handles the request at once; its answer comes so much later. */
  delay(waitMs: number, reach?: FaultReach): Fault;
  /**
   * The provider never sees the request, and the client gets this. Other origins may read it unless `headers` say
   * otherwise. See `token-answers.ts` for answers that clients meet.
   */
  answer(status: number, headers?: OutgoingHttpHeaders, body?: string, reach?: FaultReach): Fault;
  /**
   * Holds the next request: `request` (the default) before the provider handles it, `answer` after.
   */
  holdNext(at?: 'request' | 'answer', reach?: Exclude<FaultReach, number>): HeldRequest;
}

type Strike = (req: IncomingMessage, res: ServerResponse) => boolean | Promise<boolean>;

const READABLE_ACROSS_ORIGINS = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'retry-after, dpop-nonce, www-authenticate',
};

export class TokenFaults implements TokenFaultControls {
  readonly #hooks: RequestHooks;

  constructor(hooks: RequestHooks) {
    this.#hooks = hooks;
  }

  loseResponse(reach?: FaultReach, how: 'for-good' | 'repeatable' = 'for-good'): Fault {
    return this.#add(reach, (req, res) => {
      beforeAnswer(res, () => (how === 'repeatable' ? req.socket.destroy() : breakOff(res)));
      return false;
    });
  }

  delay(waitMs: number, reach?: FaultReach): Fault {
    return this.#add(reach, (_req, res) => {
      beforeAnswer(res, (send) => setTimeout(send, waitMs));
      return false;
    });
  }

  answer(status: number, headers: OutgoingHttpHeaders = {}, body = '', reach?: FaultReach): Fault {
    return this.#add(reach, (_req, res) => {
      res.writeHead(status, { ...READABLE_ACROSS_ORIGINS, ...headers }).end(body);
      return true;
    });
  }

  holdNext(at: 'request' | 'answer' = 'request', reach: Exclude<FaultReach, number> = {}): HeldRequest {
    const arrival = new Gate();
    const exit = new Gate();
    const fault = this.#add({ hits: 1, ...reach }, async (_req, res) => {
      if (at === 'request') {
        arrival.open();
        await exit.passed;
      } else {
        beforeAnswer(res, (send) => {
          arrival.open();
          void exit.passed.then(send);
        });
      }
      return false;
    });
    return {
      arrived: arrival.passed,
      release: () => {
        fault.dispose();
        exit.open();
      },
    };
  }

  #add(reach: FaultReach = {}, strike: Strike): Fault {
    const { hits = Number.POSITIVE_INFINITY, grantType = 'refresh_token' } =
      typeof reach === 'number' ? { hits: reach } : reach;
    let struck = 0;
    const dispose = this.#hooks.add(async (req, res) => {
      if (!isTokenRequest(req) || (await readGrantType(req)) !== grantType || struck >= hits) return false;
      struck += 1;
      if (struck >= hits) dispose();
      return strike(req, res);
    });
    return {
      get struck() {
        return struck;
      },
      dispose,
    };
  }
}

export function isTokenRequest(req: IncomingMessage): boolean {
  return req.method === 'POST' && new URL(req.url ?? '/', 'http://localhost').pathname === '/token';
}

/** Runs `then` instead of the end of the answer, which goes out when (and if) `then` calls `send`. */
function beforeAnswer(res: ServerResponse, then: (send: () => void) => void): void {
  const { end } = res;
  let isOver = false;
  res.end = (...answer: unknown[]) => {
    // An answer that waits may be ended once more meanwhile, when its client has gone.
    if (!isOver) then(() => Reflect.apply(end, res, answer));
    isOver = true;
    return res;
  };
}

/** A head that no other origin may read keeps the browser from sending the request again. */
function breakOff(res: ServerResponse): void {
  // Another fault may have written one already, which goes out as it is.
  if (!res.headersSent) {
    for (const name of res.getHeaderNames()) res.removeHeader(name);
    res.writeHead(502, { 'content-length': 1 });
  }
  res.flushHeaders();
  res.socket?.destroySoon();
}

class Gate {
  #open: () => void = () => undefined;
  readonly passed = new Promise<void>((resolve) => {
    this.#open = resolve;
  });

  open(): void {
    this.#open();
  }
}
