import { BrowserRecord } from '../../../../src/page/rollout/browser-record.js';
import type { RolloutOptions, Way } from '../../../../src/page/rollout/options.js';
import { RolloutControl } from '../../../../src/page/rollout/rollout-control.js';
import { WayLock } from '../../../../src/page/rollout/way-lock.js';
import type { Session } from '../../../../src/page/session-client.js';
import { FakeStorage } from '../drafts/fake-storage.js';
import { FakeWebLocks } from './fake-web-locks.js';

/** What a test's page has otherwise; `former: undefined` takes it away. */
type Changes = { [Name in keyof RolloutOptions]?: RolloutOptions[Name] | undefined };

/** One browser with a person in it, the app's server, and the authorization server, as far as a rollout is concerned. */
export class FakeBrowser {
  readonly storage = new FakeStorage();
  readonly locks = new FakeWebLocks();
  readonly tabs: FakeTab[] = [];
  readonly problems: unknown[] = [];
  /** What the app's server gives out; `undefined`: it is away. */
  document: { rollout?: unknown } | undefined;
  now = Date.parse('2026-12-01');
  /** The worker is registered, and with it the vault is there. */
  isRegistered = false;
  hasDatabase = false;
  isInterrupted = false;
  canRegister = true;
  /** Refresh tokens that could be used now: the keeper's, the former library's, or nobody's any more. */
  readonly live = new Set<string>();
  keepersToken: string | undefined;
  formersToken: string | undefined;
  signIns = 0;
  random = 0.5;
  #tokens = 0;
  #steps = 0;
  #stopsAt: { readonly step: number; readonly tab: FakeTab } | undefined;

  /** The former library has signed a person in. */
  constructor() {
    this.formersToken = this.newToken();
  }

  newToken(): string {
    this.#tokens += 1;
    const token = `refresh-${this.#tokens}`;
    this.live.add(token);
    return token;
  }

  openTab(changes: Changes = {}): FakeTab {
    const tab = new FakeTab(this, `tab ${this.tabs.length}`, changes);
    this.tabs.push(tab);
    return tab;
  }

  async open(changes: Changes = {}): Promise<FakeTab> {
    const tab = this.openTab(changes);
    await tab.control.start();
    return tab;
  }

  /** The tab is closed at its so-and-so-many-th await from now on. */
  stop(tab: FakeTab, step: number): void {
    this.#steps = 0;
    this.#stopsAt = { step, tab };
  }

  get steps(): number {
    return this.#steps;
  }

  /** Between any two lines of a tab that awaits: it may be closed here. */
  async step(tab: FakeTab): Promise<void> {
    this.#steps += 1;
    if (this.#stopsAt?.tab === tab && this.#stopsAt.step === this.#steps) tab.close();
    if (tab.isClosed) await new Promise(() => undefined);
    await Promise.resolve();
  }
}

export class FakeTab {
  readonly control: RolloutControl;
  readonly ways: Way[] = [];
  readonly notices: number[] = [];
  observes = false;
  isClosed = false;
  #onClose: () => void = () => undefined;
  readonly closed = new Promise<void>((resolve) => {
    this.#onClose = resolve;
  });
  readonly #browser: FakeBrowser;
  readonly #name: string;

  constructor(browser: FakeBrowser, name: string, changes: Changes) {
    this.#browser = browser;
    this.#name = name;
    const options = {
      rollout: 'policy',
      worker: '/service-worker.js',
      register: () => this.#register(),
      former: { start: () => this.#startFormer() },
      onWay: (way) => this.ways.push(way),
      onProblem: (problem) => browser.problems.push(problem),
      ...changes,
    } as RolloutOptions;
    this.control = new RolloutControl({
      options,
      ask:
        options.rollout === 'policy'
          ? async () => (browser.document ? { rollout: browser.document.rollout } : 'away')
          : undefined,
      record: new BrowserRecord(browser.storage, () => browser.random),
      keeper: {
        isThere: async () => {
          await browser.step(this);
          return browser.isRegistered;
        },
        isInterrupted: async () => browser.isInterrupted,
        remove: () => this.#remove(),
        hasVault: async () => {
          await browser.step(this);
          return browser.hasDatabase;
        },
        forget: async () => {
          await browser.step(this);
          browser.hasDatabase = false;
        },
      },
      lock: new WayLock(browser.locks.of(name)),
      now: () => browser.now,
      tell: (message) => {
        for (const tab of browser.tabs) if (tab !== this && !tab.isClosed) tab.control.hear(message);
      },
      observe: (isOn) => {
        this.observes = isOn;
      },
      notice: (deadline) => this.notices.push(deadline),
    });
  }

  /** A request: the status is 200 where the credential of its way is good. */
  request(meanwhile: () => Promise<unknown> = async () => undefined): Promise<{ status: number; way: Way }> {
    return this.control.send(async (way) => {
      await this.#browser.step(this);
      await meanwhile();
      const { keepersToken, formersToken, live, isRegistered } = this.#browser;
      const token = way === 'keeper' ? isRegistered && keepersToken : formersToken;
      return { status: token && live.has(token) ? 200 : 401, way };
    });
  }

  close(): void {
    this.isClosed = true;
    this.#browser.locks.close(this.#name);
    this.#onClose();
  }

  async #register(): Promise<Session> {
    const browser = this.#browser;
    await browser.step(this);
    browser.isRegistered = true;
    browser.hasDatabase = true;
    await browser.step(this);
    if (!browser.canRegister) throw new Error('the worker does not start');
    // What `adoptSession` does: exchanged by the worker, which goes on when the page is closed, and then wiped.
    const { formersToken } = browser;
    if (formersToken && !browser.keepersToken) {
      browser.live.delete(formersToken);
      browser.keepersToken = browser.newToken();
      browser.formersToken = undefined;
    }
    await browser.step(this);
    return {} as Session;
  }

  async #startFormer(): Promise<void> {
    const browser = this.#browser;
    await browser.step(this);
    if (browser.formersToken) return;
    // By the authorization server's own session.
    browser.formersToken = browser.newToken();
    browser.signIns += 1;
    await browser.step(this);
  }

  async #remove(): Promise<void> {
    const browser = this.#browser;
    await browser.step(this);
    browser.live.delete(browser.keepersToken ?? '');
    browser.keepersToken = undefined;
    await browser.step(this);
    browser.isRegistered = false;
    await browser.step(this);
    browser.hasDatabase = false;
  }
}
