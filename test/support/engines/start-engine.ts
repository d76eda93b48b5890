import type { Browser, EngineName } from '../browsers.js';
import type { Engine, EngineOptions } from './engine.js';
import { PlaywrightEngine } from './playwright-engine.js';
import { WebKitGtkEngine } from './webkit-gtk-engine.js';

/** Starts this browser. */
export function startEngine(
  name: EngineName,
  browser: Browser,
  options: EngineOptions = {},
): Promise<Engine> {
  return browser.driver === 'playwright'
    ? PlaywrightEngine.start(name, browser, options)
    : WebKitGtkEngine.start(browser, options);
}
