import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { chromiumLaunchOptions } from '../support/browsers.js';
import type { Tab } from '../support/engines/engine.js';
import { poll } from '../support/engines/poll.js';
import { StoppingWorkers, type WorkerVersion } from '../support/stop-workers.js';

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface TargetInfo {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
}

type Listener = (message: Message) => void;

const ARGS = [
  '--headless',
  '--remote-debugging-pipe',
  '--no-first-run',
  '--no-sandbox',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
];

/**
 * Chromium with no DevTools on its workers, as people have it. Playwright attaches them to every worker, which stops it at its start until they
 * are ready; and with them attached each `fetch` takes its stack down, for which V8 can have to parse the whole script once more.
 */
export class PlainChromium {
  readonly #process: ChildProcess;
  readonly #profile = mkdtempSync(join(tmpdir(), 'bench-chromium-'));
  readonly #answers = new Map<number, Listener>();
  readonly #listeners = new Set<Listener>();
  readonly #onExit = () => this.#process.kill('SIGKILL');
  #calls = 0;
  #unread = '';

  constructor() {
    const { executablePath, args } = chromiumLaunchOptions();
    this.#process = spawn(
      executablePath,
      [...ARGS, `--user-data-dir=${this.#profile}`, ...args, 'about:blank'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    this.#process.stdio[4]?.on('data', (text: Buffer) => this.#read(String(text)));
    process.once('exit', this.#onExit);
  }

  /** Opens a page in a profile of its own, so that no two share a process. */
  async newPage(url: string): Promise<PlainPage> {
    const { browserContextId } = await this.send<{ browserContextId: string }>('Target.createBrowserContext');
    const { targetId } = await this.send<{ targetId: string }>('Target.createTarget', {
      url,
      browserContextId,
    });
    const { sessionId } = await this.send<{ sessionId: string }>('Target.attachToTarget', {
      targetId,
      flatten: true,
    });
    const page = new PlainPage(this, sessionId, browserContextId);
    await page.waitForFunction('document.readyState === "complete"');
    return page;
  }

  /** Where a worker's JavaScript spends its time meanwhile, in the form of Chromium's DevTools. They are attached to it from then on. */
  async profile(scriptUrl: string, work: () => Promise<unknown>): Promise<object> {
    const { targetInfos } = await this.send<{ targetInfos: TargetInfo[] }>('Target.getTargets');
    const isWorker = ({ type, url }: TargetInfo) => type === 'service_worker' && url.startsWith(scriptUrl);
    const worker = targetInfos.find(isWorker);
    if (!worker) throw new Error(`no service worker runs whose script is at ${scriptUrl}`);
    const { sessionId } = await this.send<{ sessionId: string }>('Target.attachToTarget', {
      targetId: worker.targetId,
      flatten: true,
    });
    await this.send('Profiler.enable', {}, sessionId);
    await this.send('Profiler.setSamplingInterval', { interval: 100 }, sessionId);
    await this.send('Profiler.start', {}, sessionId);
    await work();
    const { profile } = await this.send<{ profile: object }>('Profiler.stop', {}, sessionId);
    return profile;
  }

  /** The trace's events of what is done meanwhile. */
  async trace(includedCategories: readonly string[], work: () => Promise<unknown>): Promise<unknown[]> {
    const events: unknown[] = [];
    const over = new Promise<void>((resolve) => {
      const stop = this.listen(({ method, params }) => {
        if (method === 'Tracing.dataCollected') events.push(...(params as { value: unknown[] }).value);
        if (method !== 'Tracing.tracingComplete') return;
        stop();
        resolve();
      });
    });
    await this.send('Tracing.start', {
      traceConfig: { includedCategories },
      transferMode: 'ReportEvents',
    });
    await work();
    await this.send('Tracing.end');
    await over;
    return events;
  }

  /** @param sessionId of a page; without it the browser itself is meant */
  async send<T>(method: string, params: object = {}, sessionId?: string): Promise<T> {
    const id = ++this.#calls;
    const answered = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    (this.#process.stdio[3] as Duplex).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { result, error } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result as T;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    process.off('exit', this.#onExit);
    const over = once(this.#process, 'exit');
    await Promise.race([this.send('Browser.close'), over]);
    await over;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #read(text: string): void {
    const [first = '', ...more] = text.split('\0');
    this.#unread += first;
    for (const next of more) {
      this.#hear(JSON.parse(this.#unread));
      this.#unread = next;
    }
  }

  #hear(message: Message): void {
    if (message.id === undefined) for (const listener of [...this.#listeners]) listener(message);
    else {
      this.#answers.get(message.id)?.(message);
      this.#answers.delete(message.id);
    }
  }
}

interface Evaluated {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: {
    readonly text: string;
    readonly exception?: { readonly description?: string };
  };
}

/** Playwright's `Page`, as far as the benchmark needs it. */
export class PlainPage implements Pick<Tab, 'evaluate' | 'waitForFunction' | 'fill' | 'click'> {
  readonly #browser: PlainChromium;
  readonly #sessionId: string;
  readonly #browserContextId: string;
  #closing: Promise<unknown> | undefined;

  constructor(browser: PlainChromium, sessionId: string, browserContextId: string) {
    this.#browser = browser;
    this.#sessionId = sessionId;
    this.#browserContextId = browserContextId;
  }

  async goto(url: string): Promise<void> {
    await this.#send('Page.navigate', { url });
    await this.waitForFunction(
      `location.href === ${JSON.stringify(url)} && document.readyState === "complete"`,
    );
  }

  /** Closes it, and whatever else its profile has; once. */
  async close(): Promise<void> {
    this.#closing ??= this.#browser.send('Target.disposeBrowserContext', {
      browserContextId: this.#browserContextId,
    });
    await this.#closing;
  }

  evaluate = (async (work: unknown, arg?: unknown): Promise<unknown> => {
    const call = typeof work === 'string' ? `(${work})` : `(${work})(${JSON.stringify(arg)})`;
    const { result, exceptionDetails } = await this.#send<Evaluated>('Runtime.evaluate', {
      // tsx lets each function keep its name through this.
      expression: `(() => { const __name = (named) => named; return ${call}; })()`,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }) as Tab['evaluate'];

  waitForFunction = (async (condition: unknown): Promise<unknown> =>
    poll('a condition of the page', async () => {
      // While a page makes room for the next one there is nobody to ask.
      const answer = await this.evaluate(condition as () => unknown).catch(() => undefined);
      return answer || undefined;
    })) as Tab['waitForFunction'];

  async fill(selector: string, value: string): Promise<void> {
    await this.evaluate(`void (${await this.#find(selector)}.value = ${JSON.stringify(value)})`);
  }

  async click(selector: string): Promise<void> {
    await this.evaluate(`${await this.#find(selector)}.click()`);
  }

  async bringToFront(): Promise<void> {
    await this.#send('Page.bringToFront');
  }

  /** Stops every service worker of this page's profile, as the browser does with an idle one, and waits until each is gone. */
  async stopWorkers(): Promise<void> {
    const stopping = new StoppingWorkers();
    const stop = this.#browser.listen(({ method, params, sessionId }) => {
      if (method === 'ServiceWorker.workerVersionUpdated' && sessionId === this.#sessionId)
        stopping.hear((params as { versions: WorkerVersion[] }).versions);
    });
    await this.#send('ServiceWorker.enable');
    await this.#send('ServiceWorker.stopAllWorkers');
    await stopping.gone();
    stop();
    await this.#send('ServiceWorker.disable');
  }

  /** Waits until it is there. */
  async #find(selector: string): Promise<string> {
    const element = `document.querySelector(${JSON.stringify(selector)})`;
    await this.waitForFunction(`${element} !== null`);
    return element;
  }

  #send<T>(method: string, params: object = {}): Promise<T> {
    return this.#browser.send<T>(method, params, this.#sessionId);
  }
}
