import fc from 'fast-check';
import { SessionKeeperError, type WireError } from '../../../src/shared/errors.js';
import type { Envelope } from '../../../src/shared/protocol.js';
import type { SessionPhase } from '../../../src/shared/session-status.js';
import { Announcer } from '../../../src/worker/announcer.js';
import { comeBack, stayAway } from '../../../src/worker/comeback.js';
import type { Session } from '../../../src/worker/session.js';
import type { SessionRecord } from '../../../src/worker/session-record.js';
import { silentFrame } from '../../../src/worker/silent-frame.js';
import { Browser, sessionRecord, workerParts } from './worker-parts.js';

const POLICY = {
  idleTimeoutSeconds: 120,
  idleWarningSeconds: 40,
  absoluteLifetimeSeconds: 600,
  absoluteWarningSeconds: 100,
};
const ALL = ['openid', 'orders'];
const FEWER = ['openid'];

const problem = (code: WireError['code']): WireError => ({ code, message: code, retryable: true });

/** A session in its worker, another version of that worker beside it, and what can befall them. */
export class SessionLife {
  readonly #browser = new Browser();
  readonly #session: Session;
  readonly #other: Session;
  #attempts = 0;
  /** Each change of the phase, in order. */
  readonly changes: [from: SessionPhase, to: SessionPhase][] = [];
  phase: SessionPhase;
  /** What each tab was told last. */
  readonly told: SessionPhase[] = [];

  /** @param revocationGraceSeconds of its policy */
  constructor(revocationGraceSeconds = 0) {
    const options = { policy: { ...POLICY, revocationGraceSeconds }, silentFrame: silentFrame() };
    const parts = workerParts(this.#browser, options);
    const other = workerParts(this.#browser, options);
    this.#session = parts.session;
    this.#other = other.session;
    parts.onStored.mockImplementation(() => void this.#other.heard(true));
    this.phase = this.#session.status(0).phase;
    parts.changes.add(() => this.look());
    const { statusChanged } = new Announcer(parts.environment, this.#tabs(), () => this.#session.status(0));
    parts.changes.add(statusChanged);
  }

  async load(): Promise<void> {
    await this.#session.load();
    await this.#other.load();
  }

  /** As a page does that asks for the status. */
  look(): void {
    const { phase } = this.#session.status(0);
    if (phase !== this.phase) this.changes.push([this.phase, phase]);
    this.phase = phase;
  }

  /** A page that is opened asks for the status, and hears what is told from then on. */
  openTab(): void {
    this.told.push(this.#session.status(0).phase);
  }

  async signIn(scopes = ALL): Promise<void> {
    this.#session.report(undefined, true);
    await this.#session.begin(this.#record(scopes), []);
    this.#session.report(undefined, false);
  }

  failToSignIn(): void {
    this.#session.report(undefined, true);
    this.#session.report(problem('sign_in_refused'), false);
  }

  async signInElsewhere(scopes: string[]): Promise<void> {
    await this.#other.reload();
    await this.#other.begin(this.#record(scopes), []);
    await this.#session.heard(true);
  }

  /** Reads the vault, as after a message that anybody can post. */
  hear(): Promise<void> {
    return this.#session.heard(false);
  }

  async renew(scopes: string[]): Promise<void> {
    const from = this.#session.stored;
    if (!from) return;
    const { generation } = from.value;
    const beganAt = this.#browser.time.now();
    await this.#session.renewed(from, {
      ...from.value,
      generation: generation + 1,
      grantedScopes: scopes,
      beganAt,
    });
  }

  failToRenew(): void {
    if (this.#session.stored)
      this.#session.interrupt(problem('authorization_server_unreachable'), this.#browser.time.now() + 1000);
  }

  async end(code: 'session_revoked' | 'rotation_lost'): Promise<void> {
    const { stored } = this.#session;
    if (stored) await this.#session.end(new SessionKeeperError(code, code), stored);
  }

  async comeBack(scopes: string[]): Promise<void> {
    await comeBack({ session: this.#session, vault: this.#browser.vault }, this.#record(scopes), []);
  }

  /** An API refuses the session's credential until the person is verified; or no request waits for that any more. */
  verify(isAsked: boolean): void {
    const { attempt } = this.#session.stored?.value ?? {};
    const verification = { acrValues: ['two-factors'] };
    this.#session.setVerification(isAsked && attempt ? { attempt, told: { verification } } : undefined);
  }

  stayAway(): Promise<void> {
    return stayAway({ session: this.#session, vault: this.#browser.vault });
  }

  signOut(): Promise<void> {
    return this.#session.signOut();
  }

  async signOutElsewhere(): Promise<void> {
    await this.#other.reload();
    await this.#other.signOut();
    await this.#session.heard(true);
  }

  async clearStorage(): Promise<void> {
    const { vault } = this.#browser;
    // It was told of all that was written before, as workers of one browser are.
    await this.#other.heard(true);
    await vault.commit({ remove: [...(await vault.names(''))] });
    await this.#session.heard(false);
  }

  async use(): Promise<void> {
    await this.#session.enforceLimits('input');
  }

  async reachMoment(): Promise<void> {
    await this.#session.enforceLimits();
  }

  async wait(seconds: number): Promise<void> {
    await this.#browser.time.pass(seconds * 1000);
  }

  setClockBack(seconds: number): void {
    this.#browser.time.setClock(-seconds * 1000);
  }

  #tabs(): Clients {
    const matchAll = async () =>
      this.told.map((_, tab) => ({
        postMessage: ({ event }: Envelope) => {
          if (event?.type === 'status') this.told[tab] = event.status.phase;
        },
      }));
    return { matchAll } as unknown as Clients;
  }

  #record(grantedScopes: string[]): SessionRecord {
    const now = this.#browser.time.now();
    return sessionRecord({
      attempt: String(++this.#attempts),
      grantedScopes,
      signedInAt: now,
      beganAt: now,
    });
  }
}

export interface Happening {
  readonly name: string;
  readonly run: (life: SessionLife) => void | Promise<void>;
}

const scopes = fc.constantFrom(ALL, FEWER);
const happening = (name: string, run: Happening['run']): Happening => ({ name, run });

/** Anything that can befall a session. */
export const anything: fc.Arbitrary<Happening> = fc.oneof(
  scopes.map((each) => happening(`sign in for ${each}`, (life) => life.signIn(each))),
  fc.constant(happening('fail to sign in', (life) => life.failToSignIn())),
  scopes.map((each) => happening(`sign in elsewhere for ${each}`, (life) => life.signInElsewhere(each))),
  scopes.map((each) => happening(`renew for ${each}`, (life) => life.renew(each))),
  fc.constant(happening('fail to renew', (life) => life.failToRenew())),
  fc.constant(happening('revoked', (life) => life.end('session_revoked'))),
  fc.constant(happening('lost', (life) => life.end('rotation_lost'))),
  scopes.map((each) => happening(`come back for ${each}`, (life) => life.comeBack(each))),
  fc.constant(happening('stay away', (life) => life.stayAway())),
  fc
    .constantFrom(true, true, true, false)
    .map((each) => happening(`verification: ${each}`, (life) => life.verify(each))),
  fc.constant(happening('sign out', (life) => life.signOut())),
  fc.constant(happening('sign out elsewhere', (life) => life.signOutElsewhere())),
  fc.constant(happening('storage cleared', (life) => life.clearStorage())),
  fc.constant(happening('use', (life) => life.use())),
  fc.constant(happening('a moment is reached', (life) => life.reachMoment())),
  fc.integer({ min: 1, max: 130 }).map((each) => happening(`wait ${each} s`, (life) => life.wait(each))),
  fc.constant(happening('wait 56 s', (life) => life.wait(56))),
  fc
    .integer({ min: 1, max: 130 })
    .map((each) => happening(`clock ${each} s back`, (life) => life.setClockBack(each))),
);
