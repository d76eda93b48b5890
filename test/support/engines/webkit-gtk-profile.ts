import type { Profile, Tab } from './engine.js';
import { leaveUntilWorkerEnds } from './leave-until-worker-ends.js';
import { poll } from './poll.js';
import type { WebDriverClient } from './webdriver-client.js';
import { WebKitGtkTab } from './webkit-gtk-tab.js';

export class WebKitGtkProfile implements Profile {
  readonly #client: WebDriverClient;
  /** The window that the browser starts with. */
  #unused: string | undefined;

  static async create(client: WebDriverClient): Promise<WebKitGtkProfile> {
    // The page's own scripts take as long as they like; the tests have a deadline of their own.
    await client.command('POST', '/timeouts', { script: 600_000 });
    const [first] = await client.command<string[]>('GET', '/window/handles');
    return new WebKitGtkProfile(client, first);
  }

  private constructor(client: WebDriverClient, unused: string | undefined) {
    this.#client = client;
    this.#unused = unused;
  }

  async newTab(): Promise<Tab> {
    const handle = this.#unused ?? (await this.#openWindow());
    this.#unused = undefined;
    return new WebKitGtkTab(this.#client, handle);
  }

  async nextPopup(): Promise<Tab> {
    const before = await this.#handles();
    const handle = await poll('a popup', async () =>
      (await this.#handles()).find((each) => !before.includes(each)),
    );
    return new WebKitGtkTab(this.#client, handle);
  }

  async tabCount(): Promise<number> {
    return (await this.#handles()).length;
  }

  endWorker(tab: Tab): Promise<void> {
    return leaveUntilWorkerEnds(tab);
  }

  async close(): Promise<void> {
    await this.#client.command('DELETE', '');
  }

  #handles(): Promise<string[]> {
    return this.#client.command<string[]>('GET', '/window/handles');
  }

  async #openWindow(): Promise<string> {
    const { handle } = await this.#client.command<{ handle: string }>('POST', '/window/new', {
      type: 'tab',
    });
    return handle;
  }
}
