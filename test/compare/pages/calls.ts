import type { ComparedApp } from './compared-app.js';

/** `ok`, or what a person would see in the network panel. */
export type Outcome = string;

export interface Calls {
  signIn(): void;
  /** So many calls, one each so many milliseconds, whether or not the former ones are answered. */
  steady(url: string, count: number, everyMs: number): Promise<Outcome[]>;
  /** So many calls at once. */
  burst(url: string, count: number): Promise<Outcome[]>;
  /** So many calls, one after the other. @returns how long each took, in milliseconds, its answer read */
  timed(url: string, count: number): Promise<number[]>;
  /** What the library's own interface gives, as text. */
  ask(): Promise<string>;
}

/** A call that has no answer after this long has failed, whatever comes of it. */
const LIMIT_MS = 30_000;

export function callsOf(app: ComparedApp): Calls {
  const answer = async (url: string): Promise<Outcome> => {
    try {
      const response = await app.call(url);
      await response.text();
      return response.ok ? 'ok' : String(response.status);
    } catch (error) {
      return String(error);
    }
  };
  const outcome = (url: string): Promise<Outcome> => Promise.race([answer(url), noAnswer()]);
  return {
    signIn: () => void app.signIn(),
    steady: async (url, count, everyMs) => {
      const outcomes: Promise<Outcome>[] = [];
      await new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          outcomes.push(outcome(url));
          if (outcomes.length < count) return;
          clearInterval(timer);
          resolve();
        }, everyMs);
      });
      return Promise.all(outcomes);
    },
    burst: (url, count) => Promise.all(Array.from({ length: count }, () => outcome(url))),
    timed: async (url, count) => {
      const durations: number[] = [];
      while (durations.length < count) {
        const startedAt = performance.now();
        const outcome = await answer(url);
        durations.push(performance.now() - startedAt);
        if (outcome !== 'ok') throw new Error(`a call that was timed ended with ${outcome}`);
      }
      return durations;
    },
    ask: async () => JSON.stringify(await app.ask()),
  };
}

function noAnswer(): Promise<Outcome> {
  return new Promise((resolve) => setTimeout(() => resolve('no answer'), LIMIT_MS));
}
