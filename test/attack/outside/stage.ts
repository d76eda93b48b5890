import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHook } from '../../../demo/request-hooks.js';
import type { System } from '../../../demo/system.js';
import type { EngineName } from '../../support/browsers.js';
import type { Profile, Tab } from '../../support/engines/engine.js';
import type { Attack } from '../attack.js';
import type { Deployed } from './deployments.js';
import type { EvilServer } from './evil-server.js';
import { Loot } from './loot.js';
import type { Secrets } from './secrets.js';
import { attackerScript } from './victim-page.js';

export const PASSWORDS: Readonly<Record<'ada' | 'grace', string>> = { ada: 'engine', grace: 'compiler' };
const PATIENCE_MS = 10_000;
const POLL_MS = 30;
const VISITS = 4;
/** No server has heard anything for so long: whatever was under way is over. */
const QUIET_MS = 400;
const UNHEARD_MS = 2500;
const LOOT_PATH = '/attacker/loot';
const READY = "globalThis[Symbol.for('session-keeper.session')] !== undefined";

/** One attack in one browser profile on one deployment. */
export class Stage {
  readonly engine: EngineName;
  readonly system: System;
  readonly secrets: Secrets;
  readonly evil: EvilServer;
  readonly loot = new Loot();
  readonly #profile: Profile;
  readonly #undo: (() => void)[] = [];
  #tab: Tab | undefined;
  #requests = 0;
  #lastRequestAt = 0;

  constructor(
    attack: Attack,
    engine: EngineName,
    { system, secrets, files }: Deployed,
    evil: EvilServer,
    profile: Profile,
  ) {
    this.engine = engine;
    this.system = system;
    this.secrets = secrets;
    this.evil = evil;
    this.#profile = profile;
    const heard = () => {
      this.#requests += 1;
      this.#lastRequestAt = Date.now();
    };
    evil.collectFor(this.loot, heard);
    for (const server of [system.app, system.api, system.authorizationServer])
      this.#undo.push(
        server.onRequest(({ url }) => {
          if (url !== LOOT_PATH) heard();
          return false;
        }),
      );
    files.set('/attacker.js', Buffer.from(attackerScript(attack)));
    this.onAppRequest((req, res) => this.#receiveLoot(req, res));
  }

  get origin(): string {
    return this.system.app.origin;
  }

  /** The tab that the attacker's script is in. */
  get tab(): Tab {
    if (!this.#tab) throw new Error('the tab is not open yet');
    return this.#tab;
  }

  /** Opens the app, and signs a person in unless it is nobody. */
  async open(person: 'ada' | 'grace' | 'nobody'): Promise<void> {
    this.#tab = await this.#profile.newTab();
    await this.visit();
    if (person !== 'nobody') await this.signIn(person);
  }

  async openTab(): Promise<Tab> {
    return this.#profile.newTab();
  }

  /** Loads the app's page, and waits for its session. */
  async visit(path = '/desk.html'): Promise<void> {
    // While a registration goes away, or a window is on its way elsewhere, a visit may come to nothing: the next one does not.
    for (let attempt = 1; attempt <= VISITS; attempt += 1) {
      await this.goto(this.origin + path);
      if (await this.until(READY, { mayFail: true, forMs: PATIENCE_MS / 2 })) return;
      // Where it does not listen at all, the person opens the app in another tab.
      if (attempt > 1) this.#tab = await this.openTab();
    }
    throw new Error(`${path} never had its session`);
  }

  /** Goes there; an error page is an arrival too. */
  async goto(url: string): Promise<void> {
    await this.tab.goto(url).catch(() => undefined);
  }

  async ready(): Promise<void> {
    await this.until(READY);
  }

  async signIn(person: 'ada' | 'grace'): Promise<void> {
    // The page may be left before it answers. One expression: WebDriver takes no more.
    await this.tab
      .evaluate(
        "(globalThis.isLeaving = true, void globalThis[Symbol.for('session-keeper.session')].signIn().catch(() => { globalThis.isLeaving = false; }))",
      )
      .catch(() => undefined);
    // Somebody who is signed in already is so until the window has left.
    await this.until(
      "!globalThis.isLeaving && (document.querySelector('#username') !== null || globalThis[Symbol.for('session-keeper.session')]?.status.phase === 'active')",
    );
    if (await this.tab.evaluate("document.querySelector('#username') !== null")) await this.fillForm(person);
    await this.until("globalThis[Symbol.for('session-keeper.session')]?.status.phase === 'active'");
  }

  /** The worker's life ends, as it does when it is idle. */
  async endWorker(): Promise<void> {
    await this.#profile.endWorker(this.tab);
  }

  async fillForm(person: 'ada' | 'grace', tab = this.tab): Promise<void> {
    await tab.fill('#username', person);
    await tab.fill('#password', PASSWORDS[person]);
    await tab.click('button[value=sign-in]');
  }

  /** Runs a function of the attacker's in its page; it sees `attacker` and its argument. */
  run<A, T>(script: (argument: A) => T | Promise<T>, argument: A, tab = this.tab): Promise<T> {
    return tab.evaluate<T>(`(${script.toString()})(${JSON.stringify(argument) ?? 'undefined'})`);
  }

  /** Lets the page itself go somewhere; waits until it has come to rest, wherever that is. */
  async leaveFor(url: string): Promise<void> {
    const before = this.#requests;
    const leave = (target: string) => void setTimeout(() => location.assign(target), 20);
    await this.run(leave, url).catch(() => undefined);
    const unheard = Date.now() + UNHEARD_MS;
    while (this.#requests === before && Date.now() < unheard) await this.pause(POLL_MS);
    await this.quiet();
  }

  /** Waits until none of the servers hears anything any more. */
  async quiet(): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    const since = Date.now();
    while (Date.now() < deadline && Date.now() - Math.max(since, this.#lastRequestAt) < QUIET_MS)
      await this.pause(POLL_MS);
  }

  /** The same within a click of the person, which a browser wants for popups. */
  async runInClick<A>(script: (argument: A) => unknown, argument: A): Promise<void> {
    await this.tab.evaluate(
      `void (document.querySelector('#go').onclick = () => { globalThis.clicked = Promise.resolve((${script.toString()})(${JSON.stringify(argument)})); })`,
    );
    await this.tab.click('#go');
    await this.tab.evaluate('globalThis.clicked').catch(() => undefined);
  }

  /** Waits for an expression in the page to be true, across navigations; gives up without an error when `mayFail`. */
  async until(
    expression: string,
    { mayFail = false, forMs = PATIENCE_MS, tab = this.tab } = {},
  ): Promise<boolean> {
    const deadline = Date.now() + forMs;
    while (Date.now() < deadline) {
      const holds = await tab.evaluate<boolean>(`Boolean(${expression})`).catch(() => false);
      if (holds) return true;
      await this.pause(POLL_MS);
    }
    if (!mayFail) throw new Error(`it never became true: ${expression}`);
    return false;
  }

  /** For what a window does by itself and nobody is told of. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  onAppRequest(hook: RequestHook): void {
    this.#undo.push(this.system.app.onRequest(hook));
  }

  onApiRequest(hook: RequestHook): void {
    this.#undo.push(this.system.api.onRequest(hook));
  }

  /** To be done when the attack is over. */
  afterwards(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** Waits for what the script carries away, and takes back what the attack did to the servers. */
  async end(): Promise<void> {
    await this.#tab?.evaluate('globalThis.attacker?.settled()').catch(() => undefined);
    for (const undo of this.#undo) undo();
  }

  /** What the script has now that nobody should have. */
  obtained(): string[] {
    return this.loot.obtained(this.secrets);
  }

  async #receiveLoot(req: IncomingMessage, res: ServerResponse): Promise<boolean> {
    if (req.url !== LOOT_PATH) return false;
    let body = '';
    for await (const chunk of req) body += String(chunk);
    for (const { label, texts } of JSON.parse(body)) this.loot.add(label, texts);
    res.writeHead(204).end();
    return true;
  }
}
