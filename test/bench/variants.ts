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
  | 'no-op'
  | 'pass-through'
  | 'static route'
  | 'no worker';

/** One page with its worker, in a browser context of its own, so that no two share a process. */
export interface Variant {
  readonly name: VariantName;
  readonly system: System;
  readonly context: BrowserContext;
  readonly page: Page;
  close(): Promise<void>;
}

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

/** A page that can be driven by Playwright or without it. */
export type BenchPage = Pick<Page, 'evaluate' | 'bringToFront'> & { goto(url: string): Promise<unknown> };

/** A variant in a browser of either kind. */
export interface PlainVariant {
  readonly name: VariantName;
  readonly system: System;
  readonly page: BenchPage;
  close(): Promise<void>;
  /** Where a worker's JavaScript spends its time meanwhile; kept as a file of the run. */
  profile?(name: string, scriptUrl: string, work: () => Promise<unknown>): Promise<void>;
}

/** Runs a round with a browser and systems of its own. */
export type InFreshBrowser = (
  round: (variants: {
    keeper(options?: SystemOptions): Promise<PlainVariant>;
    other(name: 'no worker'): Promise<PlainVariant>;
  }) => Promise<void>,
) => Promise<void>;

/** Starts systems and opens pages, and closes them all at the end. */
export class Variants {
  readonly #browser: Browser;
  readonly #systems = new Map<string, Promise<System>>();
  readonly #contexts: BrowserContext[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** A keeper's page, signed in. The worker is the keeper alone. */
  async keeper(options: SystemOptions = {}): Promise<Variant> {
    return this.#signedIn(options.refreshTokens === 'dpop' ? 'keeper, DPoP' : 'keeper', {
      workerSource: sourceOf('keeper'),
      ...options,
    });
  }

  /** A page with a worker that is not the keeper, or with none. */
  async other(name: keyof typeof SOURCES & VariantName): Promise<Variant> {
    const system = await this.#system({ workerSource: sourceOf(name) });
    const { context, page } = await this.#page(`${system.app.origin}/plain.html`);
    if (name !== 'no worker') await takeControl(page);
    return { name, system, context, page, close: () => context.close() };
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.map((context) => context.close()));
    await Promise.all([...this.#systems.values()].map(async (system) => (await system).stop()));
  }

  async #signedIn(name: VariantName, options: SystemOptions): Promise<Variant> {
    const system = await this.#system(options);
    const { context, page } = await this.#page(`${system.app.origin}/bare.html`);
    await ready(page);
    await signIn(page);
    return { name, system, context, page, close: () => context.close() };
  }

  #system(options: SystemOptions): Promise<System> {
    const key = JSON.stringify(options);
    const system = this.#systems.get(key) ?? startBenchSystem(options);
    this.#systems.set(key, system);
    return system;
  }

  async #page(url: string): Promise<{ context: BrowserContext; page: Page }> {
    const context = await this.#browser.newContext();
    this.#contexts.push(context);
    // tsx lets each function keep its name through this, also those that go to a page as text.
    await context.addInitScript('globalThis.__name ??= (named) => named');
    const page = await context.newPage();
    await page.goto(url);
    return { context, page };
  }
}

export async function startBenchSystem(options: SystemOptions): Promise<System> {
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
export function takeControl(page: Pick<Page, 'evaluate'>): Promise<void> {
  return page.evaluate(async () => {
    await navigator.serviceWorker.register('/service-worker.js');
    if (navigator.serviceWorker.controller) return;
    await new Promise<void>((resolve, reject) => {
      navigator.serviceWorker.addEventListener('controllerchange', () => resolve());
      setTimeout(() => reject(new Error('the worker does not take control of its page')), 30_000);
    });
  });
}
