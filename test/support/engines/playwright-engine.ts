import { setTimeout } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, firefox, type Page, webkit } from '@playwright/test';
import type { EngineName, PlaywrightBrowser } from '../browsers.js';
import { stopWorkers } from '../stop-workers.js';
import type { Engine, EngineOptions, Profile, Tab } from './engine.js';
import { leaveUntilWorkerEnds } from './leave-until-worker-ends.js';

const LAUNCH_TIMEOUT_MS = 30_000;
const FIREFOX_WORKER_IDLE_MS = 30_000;
const TYPES = { chromium, firefox, webkit };

export class PlaywrightEngine implements Engine {
  readonly #browser: Browser;
  readonly #workerIdleMs: number;
  readonly #ignoreHTTPSErrors: boolean;

  static async start(
    name: EngineName,
    { executablePath, args, channel }: PlaywrightBrowser,
    { firefoxWorkerIdleMs, trustsAnyCertificate = false }: EngineOptions,
  ): Promise<PlaywrightEngine> {
    const browser = await TYPES[name].launch({
      executablePath,
      // Playwright's own switch does not reach the requests of a worker's script.
      args: name === 'chromium' && trustsAnyCertificate ? [...args, '--ignore-certificate-errors'] : args,
      timeout: LAUNCH_TIMEOUT_MS,
      ...(channel !== undefined && { channel }),
      ...(firefoxWorkerIdleMs !== undefined && {
        firefoxUserPrefs: {
          'dom.serviceWorkers.idle_timeout': firefoxWorkerIdleMs,
        },
      }),
    });
    return new PlaywrightEngine(
      name,
      browser,
      firefoxWorkerIdleMs ?? FIREFOX_WORKER_IDLE_MS,
      trustsAnyCertificate,
    );
  }

  private constructor(
    readonly name: EngineName,
    browser: Browser,
    workerIdleMs: number,
    ignoreHTTPSErrors: boolean,
  ) {
    this.#browser = browser;
    this.#workerIdleMs = workerIdleMs;
    this.#ignoreHTTPSErrors = ignoreHTTPSErrors;
  }

  get version(): string {
    return this.#browser.version();
  }

  async newProfile(): Promise<Profile> {
    const context = await this.#browser.newContext({ ignoreHTTPSErrors: this.#ignoreHTTPSErrors });
    return new PlaywrightProfile(context, (tab) => this.#endWorker(tab));
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }

  async #endWorker(tab: Tab): Promise<void> {
    if (this.name === 'webkit') return leaveUntilWorkerEnds(tab);
    // Looking whether it still lives would keep it alive.
    if (this.name === 'firefox') return setTimeout(3 * this.#workerIdleMs);
    const page = this.#browser
      .contexts()
      .flatMap((context) => context.pages())
      .find((page) => page === tab);
    if (page) await stopWorkers(page);
  }
}

class PlaywrightProfile implements Profile {
  readonly #context: BrowserContext;
  readonly endWorker: (tab: Tab) => Promise<void>;

  constructor(context: BrowserContext, endWorker: (tab: Tab) => Promise<void>) {
    this.#context = context;
    this.endWorker = endWorker;
  }

  newTab(): Promise<Page> {
    return this.#context.newPage();
  }

  nextPopup(): Promise<Tab> {
    return this.#context.waitForEvent('page');
  }

  async tabCount(): Promise<number> {
    return this.#context.pages().length;
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}
