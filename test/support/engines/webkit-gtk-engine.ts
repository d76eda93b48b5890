import type { WebDriverBrowser } from '../browsers.js';
import { freePort } from '../free-port.js';
import { RunningProgram } from './child-process.js';
import type { Engine, EngineOptions, Profile } from './engine.js';
import { WebDriverClient } from './webdriver-client.js';
import { WebKitGtkProfile } from './webkit-gtk-profile.js';

const START_TIMEOUT_MS = 15_000;

/** Many times what it takes to start a browser. */
const SESSION_DEADLINE_MS = 30_000;

/** WebKitGTK's MiniBrowser. Each profile is a browser process of its own, which keeps nothing. */
export class WebKitGtkEngine implements Engine {
  readonly name = 'webkit';
  readonly #browser: WebDriverBrowser;
  readonly #display: RunningProgram;
  readonly #acceptInsecureCerts: boolean;
  #displayName: string | undefined;
  #driver: RunningProgram | undefined;
  #server = '';
  #version = '';

  static async start(
    browser: WebDriverBrowser,
    { trustsAnyCertificate = false }: EngineOptions = {},
  ): Promise<WebKitGtkEngine> {
    const engine = new WebKitGtkEngine(browser, trustsAnyCertificate);
    try {
      await engine.#startDriver();
      const profile = await engine.newProfile();
      await profile.close();
      return engine;
    } catch (error) {
      await engine.stop();
      throw error;
    }
  }

  private constructor(browser: WebDriverBrowser, acceptInsecureCerts: boolean) {
    this.#browser = browser;
    this.#acceptInsecureCerts = acceptInsecureCerts;
    // With `-displayfd` the server takes a free display and says which.
    this.#display = new RunningProgram(browser.displayPath, [
      ...['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'],
    ]);
  }

  get version(): string {
    return this.#version;
  }

  /** Now and then the driver starts a browser, and never hears of it again: before a test has begun, another one takes its place. */
  async newProfile(): Promise<Profile> {
    const { client, version } = await this.#open().catch(async (error: unknown) => {
      if (!(error instanceof DOMException) || error.name !== 'TimeoutError') throw error;
      await this.#driver?.stop();
      await this.#startDriver();
      return this.#open();
    });
    this.#version = version;
    return WebKitGtkProfile.create(client);
  }

  async stop(): Promise<void> {
    await this.#driver?.stop();
    await this.#display.stop();
  }

  #open(): ReturnType<typeof WebDriverClient.open> {
    return WebDriverClient.open(
      this.#server,
      {
        ...(this.#acceptInsecureCerts && { acceptInsecureCerts: true }),
        'webkitgtk:browserOptions': { binary: this.#browser.executablePath, args: ['--automation'] },
      },
      AbortSignal.timeout(SESSION_DEADLINE_MS),
    );
  }

  async #startDriver(): Promise<void> {
    this.#displayName ??= await this.#display.firstLine();
    const port = await freePort();
    this.#server = `http://127.0.0.1:${port}`;
    this.#driver = new RunningProgram(this.#browser.driverPath, [`--port=${port}`], {
      ...process.env,
      DISPLAY: `:${this.#displayName}`,
      // Nothing of the person's own desktop takes part.
      WAYLAND_DISPLAY: undefined,
      GDK_BACKEND: 'x11',
      // Root has no sandbox, and a virtual display no graphics processor.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
    });
    await this.#untilReady();
  }

  async #untilReady(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      try {
        await fetch(`${this.#server}/status`);
        return;
      } catch (cause) {
        if (Date.now() > deadline) throw new Error('WebKitWebDriver does not answer', { cause });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}
