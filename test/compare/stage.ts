import type { Browser, BrowserContext, Page } from '@playwright/test';
import { type System, startSystem } from '../../demo/system.js';
import { answerBench } from '../bench/bench-api.js';
import { launch } from '../bench/launch.js';
import { launchFreezable } from '../support/freezable-tabs.js';
import { fillSignInForm } from '../support/order-desk.js';
import { pageScript } from './bundle.js';
import type { Library } from './libraries.js';
import { callsIn, EVERY_MS } from './plan.js';
import { TokenWatch } from './token-watch.js';

/** Somebody who is signed in, in a browser profile of their own. */
export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
}

const PERSON = 'ada';
/** For a session to come back. */
const PATIENCE_SECONDS = 2;
const SCOPE = 'openid profile email offline_access orders';
const page = (script: string) =>
  `<!doctype html><title>loading</title><body><script type="module" src="${script}"></script>`;

/** One library with servers and a browser of its own, and visits to its application. */
export class Stage {
  readonly library: Library;
  readonly system: System;
  readonly tokens: TokenWatch;
  readonly #browser: Browser;
  readonly #accessTokenSeconds: number;
  #isIsolated = false;

  static async start(library: Library, accessTokenSeconds: number): Promise<Stage> {
    const script = await pageScript(library.name);
    const system = await startSystem({
      accessTokenSeconds,
      ports: { app: 0, api: 0, authorizationServer: 0 },
      quiet: true,
      files: new Map([
        ['/compare.html', Buffer.from(page('/compare.js'))],
        ['/compare.js', Buffer.from(script)],
      ]),
      ...library.systemOptions,
    });
    const browser = await launch('chromium');
    return new Stage(browser, library, system, accessTokenSeconds, script, await pageScript('plain'));
  }

  private constructor(
    browser: Browser,
    library: Library,
    system: System,
    accessTokenSeconds: number,
    script: string,
    plain: string,
  ) {
    this.#browser = browser;
    this.library = library;
    this.system = system;
    this.#accessTokenSeconds = accessTokenSeconds;
    // In this order: the paths of the library first, so that everything after them sees the server's own.
    library.prepare?.(system);
    this.tokens = new TokenWatch(system);
    system.api.onRequest(answerBench);
    this.#serve(script, plain);
  }

  get browserVersion(): string {
    return this.#browser.version();
  }

  get hasWorker(): boolean {
    return this.system.app.workerScript !== '' || this.library.workerFiles !== undefined;
  }

  /** A small answer, whoever asks. */
  get smallAnswer(): string {
    return `${this.system.api.origin}/v1/bench/small`;
  }

  /** An answer for those who are signed in. */
  get protectedAnswer(): string {
    return `${this.system.api.origin}/v1/time`;
  }

  /** Something for a profile of its own, in which somebody has just signed in. */
  async visit<T>(work: (visit: Visit) => Promise<T>, inFront?: () => void): Promise<T> {
    const context = await this.#browser.newContext();
    try {
      return await this.#inContext(context, work, inFront);
    } finally {
      await context.close();
    }
  }

  /** The same in a browser that freezes its tabs as a person's does. */
  async freezableVisit<T>(work: (visit: Visit) => Promise<T>): Promise<T> {
    const { context, close } = await launchFreezable();
    try {
      return await this.#inContext(context, work);
    } finally {
      await close();
    }
  }

  /** A page that has a clock of 5 µs instead of 100, with a library or without: for these frames do not work. */
  async isolated<T>(work: (visit: Visit, plain: Page) => Promise<T>): Promise<T> {
    this.#isIsolated = true;
    const context = await this.#browser.newContext();
    try {
      const plain = await context.newPage();
      await plain.goto(`${this.system.app.origin}/compare/plain.html`);
      await this.#settled(plain);
      return await this.visit((visit) => work(visit, plain));
    } finally {
      this.#isIsolated = false;
      await context.close();
    }
  }

  async openTab({ context }: Visit): Promise<Page> {
    const tab = await context.newPage();
    await this.open(tab);
    return tab;
  }

  /** Goes to the application, and waits until the library has done what it does first. */
  async open(tab: Page): Promise<'signed in' | 'signed out'> {
    await tab.goto(`${this.system.app.origin}/compare.html`);
    return this.#settled(tab);
  }

  /** @returns whether any call still works without a new sign-in, on this page or loaded anew, now that nothing is in its way any more */
  async isAlive(tab: Page): Promise<boolean> {
    // An access token that is still good for a while says nothing about a session whose refresh token is dead.
    const isRenewable = this.system.authorizationServer.liveRefreshTokens(PERSON) > 0;
    const patience = isRenewable ? PATIENCE_SECONDS : PATIENCE_SECONDS + this.#accessTokenSeconds;
    if (isRenewable && (await this.#works(tab, 0))) return true;
    if (await this.#works(tab, patience)) return true;
    await this.open(tab);
    return this.#works(tab, PATIENCE_SECONDS);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.system.stop();
  }

  /** Whether the last of some calls is answered, or one alone. */
  async #works(tab: Page, seconds: number): Promise<boolean> {
    const work = { url: this.protectedAnswer, count: 1 + callsIn(seconds), everyMs: EVERY_MS };
    const outcomes = await tab.evaluate(
      ({ url, count, everyMs }) => compared.steady(url, count, everyMs),
      work,
    );
    return outcomes.at(-1) === 'ok';
  }

  async #inContext<T>(
    context: BrowserContext,
    work: (visit: Visit) => Promise<T>,
    inFront?: () => void,
  ): Promise<T> {
    // tsx lets each function keep its name through this, also those that go to a page as text.
    await context.addInitScript('globalThis.__name ??= (named) => named');
    if (inFront) await context.addInitScript(inFront);
    // Of those who were here before nothing is left.
    this.system.authorizationServer.revokeAll(PERSON);
    const page = await context.newPage();
    await this.open(page);
    await page.evaluate(() => compared.signIn());
    await fillSignInForm(page, PERSON);
    await page.waitForURL(`${this.system.app.origin}/compare.html`);
    if ((await this.#settled(page)) !== 'signed in') throw new Error(`${this.library.name} does not sign in`);
    this.system.authorizationServer.resetStats();
    this.tokens.reset();
    return work({ context, page });
  }

  async #settled(tab: Page): Promise<'signed in' | 'signed out'> {
    await tab.waitForFunction(() => document.title.startsWith('signed'));
    return (await tab.title()) === 'signed in' ? 'signed in' : 'signed out';
  }

  /** All but a keeper's own pages, in front of the keeper's server: without its headers. */
  #serve(script: string, plain: string): void {
    const { app, authorizationServer } = this.system;
    const settings = {
      issuer: authorizationServer.issuer,
      clientId: 'order-desk',
      redirectUri: `${app.origin}/session/callback`,
      scope: SCOPE,
    };
    const own = {
      '/compare.html': ['text/html', page('/compare.js')],
      '/session/callback': ['text/html', page('/compare.js')],
      '/compare.js': ['text/javascript', script],
    } as const;
    const workers = Object.entries(this.library.workerFiles?.(this.system) ?? {});
    const files: Readonly<Record<string, readonly [type: string, body: string]>> = {
      '/compare/settings.json': ['application/json', JSON.stringify(settings)],
      '/compare/plain.html': ['text/html', page('/compare/plain.js')],
      '/compare/plain.js': ['text/javascript', plain],
      ...(this.system.app.workerScript === '' && own),
      ...Object.fromEntries(workers.map(([path, body]) => [path, ['text/javascript', body]])),
    };
    app.onRequest((req, res) => {
      if (this.#isIsolated) {
        res.setHeader('cross-origin-opener-policy', 'same-origin');
        res.setHeader('cross-origin-embedder-policy', 'require-corp');
      }
      const file = req.method === 'GET' ? files[new URL(req.url ?? '/', app.origin).pathname] : undefined;
      if (file) res.writeHead(200, { 'content-type': file[0] }).end(file[1]);
      return file !== undefined;
    });
  }
}
