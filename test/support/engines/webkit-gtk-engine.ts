import type { WebDriverBrowser } from '../browsers.js';
import { freePort } from '../free-port.js';
import { RunningProgram } from './child-process.js';
import type { Engine, EngineOptions, Profile } from './engine.js';
import { WebDriverClient } from './webdriver-client.js';
import { WebKitGtkProfile } from './webkit-gtk-profile.js';

const START_TIMEOUT_MS = 15_000;

/** WebKitGTK's MiniBrowser. Each profile is a browser process of its own, which keeps nothing. */
export class WebKitGtkEngine implements Engine {
  readonly name = 'webkit';
  readonly #programs: readonly RunningProgram[];
  readonly #server: string;
  readonly #executablePath: string;
  readonly #acceptInsecureCerts: boolean;
  #version = '';

  static async start(
    { executablePath, driverPath, displayPath }: WebDriverBrowser,
    { trustsAnyCertificate = false }: EngineOptions = {},
  ): Promise<WebKitGtkEngine> {
    // With `-displayfd` the server takes a free display and says which.
    const display = new RunningProgram(displayPath, [
      ...['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'],
    ]);
    const programs = [display];
    try {
      const port = await freePort();
      programs.unshift(
        new RunningProgram(driverPath, [`--port=${port}`], {
          ...process.env,
          DISPLAY: `:${await display.firstLine()}`,
          // Nothing of the person's own desktop takes part.
          WAYLAND_DISPLAY: undefined,
          GDK_BACKEND: 'x11',
          // Root has no sandbox, and a virtual display no graphics processor.
          WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
          WEBKIT_DISABLE_COMPOSITING_MODE: '1',
        }),
      );
      const engine = new WebKitGtkEngine(
        programs,
        `http://127.0.0.1:${port}`,
        executablePath,
        trustsAnyCertificate,
      );
      await engine.#untilReady();
      const profile = await engine.newProfile();
      await profile.close();
      return engine;
    } catch (error) {
      await Promise.all(programs.map((program) => program.stop()));
      throw error;
    }
  }

  private constructor(
    programs: readonly RunningProgram[],
    server: string,
    executablePath: string,
    acceptInsecureCerts: boolean,
  ) {
    this.#acceptInsecureCerts = acceptInsecureCerts;
    this.#programs = programs;
    this.#server = server;
    this.#executablePath = executablePath;
  }

  get version(): string {
    return this.#version;
  }

  async newProfile(): Promise<Profile> {
    const { client, version } = await WebDriverClient.open(this.#server, {
      ...(this.#acceptInsecureCerts && { acceptInsecureCerts: true }),
      'webkitgtk:browserOptions': { binary: this.#executablePath, args: ['--automation'] },
    });
    this.#version = version;
    return WebKitGtkProfile.create(client);
  }

  async stop(): Promise<void> {
    for (const program of this.#programs) await program.stop();
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
