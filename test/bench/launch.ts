import { type Browser, chromium, firefox } from '@playwright/test';
import { foundBrowser } from '../support/browsers.js';

export type BenchEngine = 'chromium' | 'firefox';

export function launch(engine: BenchEngine): Promise<Browser> {
  const found = foundBrowser(engine);
  if (found.driver !== 'playwright') throw new Error(`${engine} is driven by Playwright here`);
  const { executablePath, args, channel } = found;
  const type = engine === 'firefox' ? firefox : chromium;
  return type.launch({ executablePath, args, ...(channel !== undefined && { channel }) });
}
