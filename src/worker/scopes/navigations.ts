import type { Keeper } from '../keeper.js';

/**
 * Which navigations to an API are under way, by their URL: a navigation never gets an answer of the worker's own. A request for the very same URL
 * meanwhile is taken for one too, and gets the API's answer.
 */
export class Navigations {
  readonly #underWay = new Set<string>();

  has({ url }: { readonly url: string }): boolean {
    return this.#underWay.has(url);
  }

  /** The keeper with its navigations noticed. */
  keeper(keeper: Keeper): Keeper {
    const { fetchHandler } = keeper;
    return {
      ...keeper,
      fetchHandler: {
        route: (request) => fetchHandler.route(request),
        answer: (route, arrival) => {
          const answered = () => fetchHandler.answer(route, arrival);
          return arrival.request.mode === 'navigate' ? this.#during(arrival.request, answered) : answered();
        },
      },
    };
  }

  async #during({ url }: Request, work: () => Promise<Response>): Promise<Response> {
    this.#underWay.add(url);
    try {
      return await work();
    } finally {
      this.#underWay.delete(url);
    }
  }
}
