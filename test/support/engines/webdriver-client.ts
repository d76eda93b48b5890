/** What a WebDriver server refuses, with the error code of the W3C's specification. */
export class WebDriverError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
    this.name = 'WebDriverError';
  }
}

/** One session of a WebDriver server (W3C WebDriver), one command after the other. */
export class WebDriverClient {
  readonly #url: string;
  #last: Promise<unknown> = Promise.resolve();
  /** The window that commands go to; unknown after one that failed. */
  #window: string | undefined;

  /**
   * @param signal gives it up
   * @returns the session, and what the browser says of itself
   */
  static async open(
    server: string,
    capabilities: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<{ client: WebDriverClient; version: string }> {
    const { sessionId, capabilities: granted } = await send<{
      sessionId: string;
      capabilities: { browserVersion: string };
    }>('POST', `${server}/session`, { capabilities: { alwaysMatch: capabilities } }, signal);
    return {
      client: new WebDriverClient(`${server}/session/${sessionId}`),
      version: granted.browserVersion,
    };
  }

  private constructor(url: string) {
    this.#url = url;
  }

  /** Runs a command in the session. */
  command<T = unknown>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
    return this.#inTurn(() => send<T>(method, this.#url + path, body));
  }

  /** Runs a command in one of the session's windows. */
  commandIn<T = unknown>(
    window: string,
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<T> {
    return this.#inTurn(async () => {
      const isThere = this.#window === window;
      this.#window = undefined;
      if (!isThere) await send('POST', `${this.#url}/window`, { handle: window });
      const value = await send<T>(method, this.#url + path, body);
      this.#window = window;
      return value;
    });
  }

  /** The session has one current window: whoever chose it must not be interrupted. */
  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

async function send<T>(
  method: string,
  url: string,
  body: unknown = {},
  signal: AbortSignal | null = null,
): Promise<T> {
  const response = await fetch(url, {
    method,
    signal,
    ...(method === 'POST' && { body: JSON.stringify(body) }),
  });
  const { value } = (await response.json()) as { value: T };
  if (!response.ok) {
    const { error, message } = value as { error: string; message: string };
    throw new WebDriverError(error, message);
  }
  return value;
}
