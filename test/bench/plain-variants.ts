import { mkdirSync, writeFileSync } from 'node:fs';
import type { System, SystemOptions } from '../../demo/system.js';
import { ready, signIn } from '../support/order-desk.js';
import { PlainChromium, type PlainPage } from './plain-chromium.js';
import { sourceOf, startBenchSystem, takeControl, type VariantName } from './variants.js';

/** The same in a Chromium that Playwright does not drive, with a system for each. */
export class PlainVariants {
  readonly browser = new PlainChromium();
  readonly #systems: System[] = [];

  /** A keeper's page, signed in. The worker is the keeper alone. */
  keeper(options: SystemOptions = {}) {
    return this.#signedIn(options.refreshTokens === 'dpop' ? 'keeper, DPoP' : 'keeper', {
      workerSource: sourceOf('keeper'),
      ...options,
    });
  }

  /** The same with the order desk's worker. */
  keeperWithAllFunctions() {
    return this.#signedIn('keeper with all functions', {});
  }

  /** A page with a worker that is not the keeper, or with none. */
  async other(name: VariantName & Parameters<typeof sourceOf>[0]) {
    const variant = await this.#open(name, 'plain.html', { workerSource: sourceOf(name) });
    if (name !== 'no worker') await takeControl(variant.page);
    return variant;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await Promise.all(this.#systems.map((system) => system.stop()));
  }

  async #signedIn(name: VariantName, options: SystemOptions) {
    const variant = await this.#open(name, 'bare.html', options);
    await ready(variant.page);
    await signIn(variant.page);
    return variant;
  }

  async #open(name: VariantName, path: string, options: SystemOptions) {
    const system = await startBenchSystem(options);
    this.#systems.push(system);
    const page: PlainPage = await this.browser.newPage(`${system.app.origin}/${path}`);
    return {
      name,
      system,
      page,
      close: () => page.close(),
      profile: async (file: string, scriptUrl: string, work: () => Promise<unknown>) => {
        const profile = await this.browser.profile(scriptUrl, work);
        mkdirSync('test-results/bench', { recursive: true });
        writeFileSync(`test-results/bench/${file}.cpuprofile`, JSON.stringify(profile));
      },
    };
  }
}
