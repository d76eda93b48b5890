import { readFileSync } from 'node:fs';

export const ENGINE_NAMES = ['chromium', 'firefox', 'webkit'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** Beside the engines: Chromium's smaller build, which has no interface and costs half the processor time. */
export type BrowserName = EngineName | 'headless-shell';

/** A browser that Playwright drives. */
export interface PlaywrightBrowser {
  readonly driver: 'playwright';
  readonly executablePath: string;
  readonly args: string[];
  /** `moz-firefox`: a Firefox that Mozilla or a distribution built, driven over WebDriver BiDi. */
  readonly channel?: string;
}

/** WebKitGTK's MiniBrowser, driven by its own WebDriver server on a display of its own. */
export interface WebDriverBrowser {
  readonly driver: 'webdriver';
  readonly executablePath: string;
  readonly driverPath: string;
  readonly displayPath: string;
}

export type Browser = PlaywrightBrowser | WebDriverBrowser;

/** A browser that starts, as `set-up.mjs` found it. */
export type FoundBrowser = Browser & { readonly version: string; readonly foundAs: string };

export type BrowserRecord = Partial<Record<BrowserName, FoundBrowser>>;

export const RECORD = new URL('../../node_modules/.cache/session-keeper/browsers.json', import.meta.url);

/** What Playwright needs to start this machine's Chromium, as people have it. */
export function chromiumLaunchOptions(): { executablePath: string; args: string[] } {
  return launchOptions(foundBrowser('chromium'));
}

/** For Chromium the smaller build, or the whole browser where there is none. */
export function quickBrowser(name: EngineName): FoundBrowser {
  return (name === 'chromium' && recordedBrowsers()['headless-shell']) || foundBrowser(name);
}

export function launchOptions(found: FoundBrowser): { executablePath: string; args: string[] } {
  if (found.driver !== 'playwright') throw new Error('Chromium is driven by Playwright');
  return { executablePath: found.executablePath, args: found.args };
}

export function foundBrowser(name: EngineName): FoundBrowser {
  const found = recordedBrowsers()[name];
  if (!found) throw new Error(`No ${name} is recorded yet: run \`node test/support/set-up.mjs\` first.`);
  return found;
}

/** What was found, when set-up ran; nothing if it never did. */
export function recordedBrowsers(): BrowserRecord {
  try {
    return JSON.parse(readFileSync(RECORD, 'utf8'));
  } catch {
    return {};
  }
}
