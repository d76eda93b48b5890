import type { Handlers } from './commands.js';
import type { Environment } from './environment.js';
import type { Keeper } from './keeper.js';

type AnyCommand = (argument: never) => Promise<unknown>;

/** Keeps the worker awake, by the event that it has in hand, until what came of that event is on its way to the sinks. */
export class Wakefulness {
  readonly #setTimer: Environment['setTimer'];
  readonly #settled: () => Promise<unknown>;
  readonly #running = new Set<Promise<unknown>>();

  constructor(setTimer: Environment['setTimer'], settled: () => Promise<unknown>) {
    this.#setTimer = setTimer;
    this.#settled = settled;
  }

  /** For an event whose command is begun by a later listener. */
  async afterCommands(): Promise<void> {
    await new Promise<void>((resolve) => this.#setTimer(resolve, 0));
    await Promise.allSettled(this.#running);
    await this.#settled();
  }

  keeper(keeper: Keeper): Keeper {
    const { fetchHandler } = keeper;
    return {
      ...keeper,
      commands: this.#commands(keeper.commands),
      fetchHandler: {
        route: (request) => fetchHandler.route(request),
        answer: (route, arrival) => {
          const { request, clientId, resultingClientId } = arrival;
          const waitUntil = (work: Promise<unknown>) =>
            arrival.waitUntil(Promise.allSettled([work]).then(this.#settled));
          const answered = fetchHandler.answer(route, { request, clientId, resultingClientId, waitUntil });
          waitUntil(answered);
          return answered;
        },
      },
    };
  }

  #commands(commands: Handlers): Handlers {
    const watched = Object.entries<AnyCommand>({ ...commands }).map(([name, command]) => [
      name,
      (argument: never) => this.#run(command(argument)),
    ]);
    return Object.fromEntries(watched);
  }

  #run<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const done = () => this.#running.delete(work);
    work.then(done, done);
    return work;
  }
}
