import type { Session } from 'session-keeper';
import { diagnose, type TelemetryEvent } from 'session-keeper/telemetry';
import { serverTime } from '../orders-api.js';
import { pull, readFigures } from './control-client.js';
import type { BurstOutcome, Evidence } from './narration.js';

const TOKEN_REQUESTS = 'authorization_server_token_requests_total';
const SIGN_INS = `${TOKEN_REQUESTS}{grant_type=authorization_code,outcome=success}`;

/** Where an experiment is made: the servers' levers, requests of this page, and what is told of them. */
export class Lab {
  readonly session: Session;
  #email = '';

  constructor(session: Session) {
    this.session = session;
    session.subscribe(({ user }) => {
      if (typeof user?.email === 'string') this.#email = user.email;
    });
  }

  pull<T>(lever: string): Promise<T> {
    return pull<T>(lever, this.#email);
  }

  /** Sends so many requests at once. */
  async burst(count: number): Promise<BurstOutcome> {
    const startMs = performance.now();
    const answers = await Promise.allSettled(Array.from({ length: count }, serverTime));
    const answered = answers.filter(({ status }) => status === 'fulfilled').length;
    return { sent: count, answered, longestSeconds: (performance.now() - startMs) / 1000 };
  }

  /** Watches from now on. @returns gives what was seen since */
  async observe(): Promise<() => Promise<Evidence>> {
    const counted = await this.#count();
    const before = await tokenRequests();
    return async () => {
      const since = await counted();
      const { phase, problem, missingScopes } = this.session.status;
      return {
        renewals: since('renewal'),
        replays: since('request.replayed'),
        recovered: since('session.recovered') > 0,
        tokenRequests: (await tokenRequests()) - before,
        ...(phase === 'ended' && problem && { code: problem.code }),
        ...(missingScopes && { missingScopes }),
      };
    };
  }

  /** Asks the worker for its own counts, now and then: its events may still be on their way to this page. */
  async #count(): Promise<() => Promise<(name: TelemetryEvent['name']) => number>> {
    const before = await diagnose(this.session);
    return async () => {
      const now = await diagnose(this.session);
      // A worker that was started meanwhile began to count anew.
      const isSame = now.worker?.startedAt === before.worker?.startedAt;
      return (name) =>
        (now.worker?.counts?.[name] ?? 0) - (isSame ? (before.worker?.counts?.[name] ?? 0) : 0);
    };
  }

  /** Waits until the session ends, or for so long. @returns when that was */
  ended(withinMs: number): Promise<number> {
    return new Promise((resolve) => {
      const done = new AbortController();
      const giveUp = setTimeout(() => done.abort(), withinMs);
      const stop = this.session.subscribe(({ phase }) => {
        // Not before this function has what stops it.
        if (phase === 'ended') queueMicrotask(() => done.abort());
      });
      done.signal.addEventListener('abort', () => {
        clearTimeout(giveUp);
        stop();
        resolve(Date.now());
      });
    });
  }
}

/** Those for renewals: the ones that the other device makes to sign in are not this browser's. */
async function tokenRequests(): Promise<number> {
  const figures = await readFigures();
  return (figures[TOKEN_REQUESTS] ?? 0) - (figures[SIGN_INS] ?? 0);
}
