type Answer = (request: Request) => Response | Promise<Response>;

/** What reached the API. */
interface Received {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly credentials: RequestCredentials;
  readonly cache: RequestCache;
}

/** An API as the worker's `fetch` sees it: answers 200 and the number of the call, or what a test tells it to. */
export class FakeApi {
  readonly received: Received[] = [];
  readonly #answers: Answer[] = [];

  get credentials(): (string | undefined)[] {
    return this.received.map(({ headers }) => headers.authorization);
  }

  answerNext(answer: Answer): void {
    this.#answers.push(answer);
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const { url, method, credentials, cache } = request;
    const answer = this.#answers.shift();
    const received = {
      url,
      method,
      credentials,
      cache,
      headers: Object.fromEntries(request.headers),
      body: '',
    };
    this.received.push(received);
    received.body = await request.text();
    return answer ? answer(request) : Response.json({ call: this.received.length });
  };
}
