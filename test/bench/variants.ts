import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { type System, type SystemOptions, startSystem } from '../../demo/system.js';
import { barePage } from '../support/bare-page.js';
import { ready, signIn } from '../support/order-desk.js';
import { answerBench } from './bench-api.js';

/** What can stand between a page and an API. */
export type VariantName =
  | 'keeper'
  | 'keeper, DPoP'
  | 'keeper with all functions'
  | 'floor'
  | 'floor again'
  | 'floor with a database'
  | 'floor of the same size'
  | 'floor with all it needs'
  | 'floor that tells and keeps'
  | 'floor that tells, keeps and proves'
  | 'no-op'
  | 'pass-through'
  | 'static route'
  | 'no worker';

/** A page that can be driven by Playwright or without it. */
export type BenchPage = Pick<Page, 'evaluate' | 'bringToFront' | 'waitForFunction' | 'fill' | 'click'> & {
  goto(url: string): Promise<unknown>;
};

/** A page in a profile of its own, so that no two share a process. */
interface Opened {
  readonly page: BenchPage;
  close(): Promise<void>;
  /** Where a worker's JavaScript spends its time meanwhile; kept as a file of the run. */
  profile?(name: string, scriptUrl: string, work: () => Promise<unknown>): Promise<void>;
}

/** One page with its worker. */
export type BenchVariant<Own extends Opened = Opened> = Own & {
  readonly name: VariantName;
  readonly system: System;
};

interface PlaywrightPage extends Opened {
  readonly context: BrowserContext;
  readonly page: Page;
}
export type Variant = BenchVariant<PlaywrightPage>;

/** Which worker each has. A page without one needs some build all the same. */
const SOURCES = {
  keeper: 'keeper',
  'keeper in a folder': 'keeper-in-a-folder',
  floor: 'floor',
  'floor again': 'floor',
  'floor with a database': 'floor-with-database',
  'floor of the same size': 'floor-of-the-same-size',
  'floor with all it needs': 'floor-with-all-it-needs',
  'floor that tells and keeps': 'floor-that-tells-and-keeps',
  'floor that tells, keeps and proves': 'floor-that-proves',
  'no-op': 'no-op',
  'pass-through': 'pass-through',
  'static route': 'static-route',
  'no worker': 'floor',
} as const;

/** The source file of its worker. */
export function sourceOf(name: keyof typeof SOURCES): string {
  const file = SOURCES[name];
  return fileURLToPath(new URL(`../workers/${file}.ts`, import.meta.url));
}

/** Long enough that nothing is renewed while something else is measured. */
const LONG_SECONDS = 3600;

/** Runs a round with a browser and systems of its own. */
export type InFreshBrowser = (round: (variants: BenchVariants) => Promise<void>) => Promise<void>;

/** Starts systems and opens pages, and closes them all at the end. */
export class BenchVariants<Own extends Opened = Opened> {
  readonly #openPage: (url: string) => Promise<Own>;
  readonly #systems = new Map<string, Promise<System>>();
  readonly #pages: Own[] = [];

  constructor(openPage: (url: string) => Promise<Own>) {
    this.#openPage = openPage;
  }

  /** A keeper's page, signed in. The worker is the keeper alone. */
  keeper(options: SystemOptions = {}): Promise<BenchVariant<Own>> {
    return this.#signedIn(options.refreshTokens === 'dpop' ? 'keeper, DPoP' : 'keeper', {
      workerSource: sourceOf('keeper'),
      ...options,
    });
  }

  /** The same with the order desk's own worker, which imports nearly all that there is. */
  keeperWithAllFunctions(): Promise<BenchVariant<Own>> {
    return this.#signedIn('keeper with all functions', {});
  }

  /** A page with a worker that is not the keeper, or with none. */
  async other(name: keyof typeof SOURCES & VariantName): Promise<BenchVariant<Own>> {
    const variant = await this.#open(name, 'plain.html', { workerSource: sourceOf(name) });
    if (name !== 'no worker') await takeControl(variant.page);
    return variant;
  }

  async close(): Promise<void> {
    await Promise.all(this.#pages.map((page) => page.close()));
    await Promise.all([...this.#systems.values()].map(async (system) => (await system).stop()));
  }

  async #signedIn(name: VariantName, options: SystemOptions): Promise<BenchVariant<Own>> {
    const variant = await this.#open(name, 'bare.html', options);
    await ready(variant.page);
    await signIn(variant.page);
    return variant;
  }

  async #open(name: VariantName, path: string, options: SystemOptions): Promise<BenchVariant<Own>> {
    const system = await this.#system(options);
    const opened = await this.#openPage(`${system.app.origin}/${path}`);
    this.#pages.push(opened);
    return { ...opened, name, system };
  }

  #system(options: SystemOptions): Promise<System> {
    const key = JSON.stringify(options);
    const system = this.#systems.get(key) ?? startBenchSystem(options);
    this.#systems.set(key, system);
    return system;
  }
}

/** In a browser that Playwright drives. */
export class Variants extends BenchVariants<PlaywrightPage> {
  constructor(browser: Browser) {
    super(async (url) => {
      const context = await browser.newContext();
      // tsx lets each function keep its name through this, also those that go to a page as text.
      await context.addInitScript('globalThis.__name ??= (named) => named');
      const page = await context.newPage();
      await page.goto(url);
      return { context, page, close: () => context.close() };
    });
  }
}

async function startBenchSystem(options: SystemOptions): Promise<System> {
  const system = await startSystem({
    accessTokenSeconds: LONG_SECONDS,
    ports: { app: 0, api: 0, authorizationServer: 0 },
    quiet: true,
    ...options,
    files: new Map([
      ...(await barePage()),
      ['/plain.html', Buffer.from('<!doctype html><title>plain</title>')],
      ['/static.txt', Buffer.from('a small file of the application\n')],
    ]),
  });
  system.api.onRequest(answerBench);
  system.app.onRequest((_req, res) => {
    // An isolated page has a clock of 5 µs instead of 100.
    res.setHeader('cross-origin-embedder-policy', 'require-corp');
    return false;
  });
  return system;
}

/** One more tab of a keeper's page. */
export async function openTab({ context, system }: Variant): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${system.app.origin}/bare.html`);
  await ready(page);
  return page;
}

/** Registers the worker, and waits until the page is its. */
function takeControl(page: Pick<Page, 'evaluate'>): Promise<void> {
  return page.evaluate(async () => {
    await navigator.serviceWorker.register('/service-worker.js');
    if (navigator.serviceWorker.controller) return;
    await new Promise<void>((resolve, reject) => {
      navigator.serviceWorker.addEventListener('controllerchange', () => resolve());
      setTimeout(() => reject(new Error('the worker does not take control of its page')), 30_000);
    });
  });
}
