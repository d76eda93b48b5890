import type { Tab } from './engine.js';
import { poll } from './poll.js';
import { type WebDriverClient, WebDriverError } from './webdriver-client.js';

/** The name under which WebDriver's answers hold an element (W3C WebDriver §12.1). */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Playwright's `Page`, as far as the specs of all engines need it, over WebDriver. */
export class WebKitGtkTab implements Tab {
  readonly #client: WebDriverClient;
  readonly #handle: string;

  constructor(client: WebDriverClient, handle: string) {
    this.#client = client;
    this.#handle = handle;
  }

  async goto(url: string): Promise<null> {
    await this.#command('POST', '/url', { url });
    return null;
  }

  async reload(): Promise<null> {
    await this.#command('POST', '/refresh');
    return null;
  }

  /**
   * What is there at once is told at once, because the page may be about to be left. Any other result is kept in the page until
   * it is there: other tabs have their turn meanwhile.
   */
  evaluate = (async (work: unknown, arg?: unknown): Promise<unknown> => {
    const id = crypto.randomUUID();
    const expression = typeof work === 'string' ? `(${work})` : `(${work})(arg)`;
    const atOnce = await this.#command<string | null>('POST', '/execute/async', {
      script: `const [id, text, tell] = arguments;
      const arg = text === null ? undefined : JSON.parse(text);
      const results = window[Symbol.for('evaluations')] ??= {};
      const result = (async () => ${expression})().then(
        (value) => JSON.stringify({ value }),
        (error) => JSON.stringify({ error: String(error), stack: error?.stack }),
      );
      result.then((text) => { results[id] = text; });
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        tell(results[id] ?? null);
        if (id in results) delete results[id];
        port1.close();
      };
      port2.postMessage('turn');`,
      args: [id, arg === undefined ? null : JSON.stringify(arg)],
    });
    const { value, error, stack } = JSON.parse(atOnce ?? (await this.#kept(id))) as {
      value: unknown;
      error?: string;
      stack?: string;
    };
    if (error !== undefined) throw new Error(`${error}\n${stack}`);
    return value;
  }) as Tab['evaluate'];

  waitForFunction = (async (condition: unknown, arg?: unknown): Promise<unknown> => {
    return poll('a condition of the page', async () => {
      const answer = await this.evaluate(condition as (arg: unknown) => unknown, arg).catch(ifBetweenPages);
      return answer || undefined;
    });
  }) as Tab['waitForFunction'];

  async waitForURL(wanted: Parameters<Tab['waitForURL']>[0]): Promise<void> {
    await poll(`the URL ${wanted}`, async () => {
      const url = await this.#command<string>('GET', '/url').catch(ifBetweenPages);
      return url !== undefined && matches(url, wanted) ? true : undefined;
    });
    await this.waitForFunction(() => document.readyState === 'complete');
  }

  async fill(selector: string, text: string): Promise<void> {
    const element = await this.#find(selector);
    await this.#command('POST', `/element/${element}/clear`);
    await this.#command('POST', `/element/${element}/value`, { text });
  }

  async click(selector: string): Promise<void> {
    await this.#command('POST', `/element/${await this.#find(selector)}/click`);
  }

  async close(): Promise<void> {
    await this.#command('DELETE', '/window');
  }

  /** The result of an evaluation that took its time. */
  #kept(id: string): Promise<string> {
    const script = `const results = window[Symbol.for('evaluations')];
      if (!results) return false;
      const result = results[arguments[0]];
      delete results[arguments[0]];
      return result;`;
    const ask = async () => {
      const result = await this.#run<string | null | false>(script, [id]);
      if (result === false) throw new Error('The page was left before it answered');
      return result ?? undefined;
    };
    return poll('an evaluation', ask, Number.POSITIVE_INFINITY);
  }

  #find(selector: string): Promise<string> {
    return poll(`an element ${selector}`, async () => {
      const found = await this.#command<Record<string, string>[]>('POST', '/elements', {
        using: 'css selector',
        value: selector,
      }).catch(ifBetweenPages);
      return found?.[0]?.[ELEMENT];
    });
  }

  #run<T>(script: string, args: readonly unknown[]): Promise<T> {
    return this.#command<T>('POST', '/execute/sync', { script, args });
  }

  #command<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
    return this.#client.commandIn<T>(this.#handle, method, path, body);
  }
}

/** While a page makes room for the next one, WebDriver answers with errors that mean nothing. */
function ifBetweenPages(error: unknown): undefined {
  if (error instanceof WebDriverError && error.code === 'no such window') throw error;
  return undefined;
}

function matches(url: string, wanted: Parameters<Tab['waitForURL']>[0]): boolean {
  if (typeof wanted === 'string') return url === wanted;
  if (wanted instanceof RegExp) return wanted.test(url);
  throw new TypeError('waitForURL takes a whole URL or a regular expression here');
}
