import { mkdirSync, writeFileSync } from 'node:fs';
import { PlainChromium } from './plain-chromium.js';
import { BenchVariants } from './variants.js';

/** In a Chromium that Playwright does not drive. */
export class PlainVariants extends BenchVariants<Awaited<ReturnType<typeof open>>> {
  readonly browser: PlainChromium;

  constructor() {
    const browser = new PlainChromium();
    super((url) => open(browser, url));
    this.browser = browser;
  }

  override async close(): Promise<void> {
    await super.close();
    await this.browser.close();
  }
}

async function open(browser: PlainChromium, url: string) {
  const page = await browser.newPage(url);
  return {
    page,
    close: () => page.close(),
    profile: async (name: string, scriptUrl: string, work: () => Promise<unknown>) => {
      const profile = await browser.profile(scriptUrl, work);
      mkdirSync('test-results/bench', { recursive: true });
      writeFileSync(`test-results/bench/${name}.cpuprofile`, JSON.stringify(profile));
    },
  };
}
