import type { Page } from '@playwright/test';
import type { EngineName } from '../browsers.js';

// One interface over Chromium, Firefox and WebKit, for specs that are written once.
//
//   import { expect, test } from '../support/engines/order-desk.js';
//   test('…', async ({ engine, profile, openTab, tab, system }) => …)
//
// - `engine` is the browser: its name and version. It is started once for all tests of a Playwright worker.
// - `profile` is fresh for each test: cookies, storage and service workers are shared by its tabs, and gone with it.
// - `openTab(path)`, `tab` and `system` are what they are in `support/order-desk.ts`; so are `inPage`, `signIn`, `burst`, …,
//   which take a `Tab` of any engine.
// - A `Tab` is the part of Playwright's `Page` that WebDriver can be made to do too: what is evaluated runs in the page's
//   main world, with JSON in and out.
// - A script that has to run before all others is one that the app's server gives out: WebDriver has no init scripts, and an
//   external script in front passes the policy in all engines. See `pageWith` in `support/bare-page.ts`.

export type Tab = Pick<
  Page,
  'goto' | 'reload' | 'evaluate' | 'waitForFunction' | 'waitForURL' | 'fill' | 'click' | 'close'
>;

/** A browser profile of its own, with its tabs. */
export interface Profile {
  newTab(): Promise<Tab>;
  /** The next window that a page opens: to be called before the page does. */
  nextPopup(): Promise<Tab>;
  /** Tabs and popups that are open. */
  tabCount(): Promise<number>;
  /**
   * Ends the worker's life as this engine lets it end: at once (Chromium), when it is idle (Firefox: see
   * `firefoxWorkerIdleMs`), or when nobody has a page of its origin open (WebKit: the tab is left and entered again).
   */
  endWorker(tab: Tab): Promise<void>;
  /** Closes everything that is open in it. */
  close(): Promise<void>;
}

export interface Engine {
  readonly name: EngineName;
  readonly version: string;
  newProfile(): Promise<Profile>;
  /** Ends the browser, and whatever was started for it. */
  stop(): Promise<void>;
}

/** How a browser is to differ from its defaults. */
export interface EngineOptions {
  /** Firefox ends a worker after this much idleness. Default: its own 30 s. */
  readonly firefoxWorkerIdleMs?: number | undefined;
  /** Takes self-signed certificates, for workers' scripts too. Default false. */
  readonly trustsAnyCertificate?: boolean | undefined;
}
