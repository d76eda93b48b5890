import { ownEndpoint } from '../own-endpoint.js';

/** The name of the vault's database. */
const DATABASE = 'session-keeper';
const QUESTION_DEADLINE_MS = 3000;
const SIGN_OUT_DEADLINE_MS = 10_000;
const DELETION_DEADLINE_MS = 2000;

/** The keeper as it is in this browser, if it is. */
export interface Installation {
  isThere(): Promise<boolean>;
  /** Whether its session waits for an authorization server that is away. */
  isInterrupted(): Promise<boolean>;
  /** Takes it away, with its session and its vault. Never rejects: what does not answer goes all the same. */
  remove(): Promise<void>;
  /**
   * Whether its database is there. Where the browser does not tell, it may be. Beside another worker none is taken for it: a build that comes
   * later may name its keeper's script otherwise.
   */
  hasVault(): Promise<boolean>;
  /** Takes the database away. A worker that is still in its last pages can make it again, empty. */
  forget(): Promise<void>;
}

/** Goes by the browser's own list of workers, which is one for all tabs and cannot be out of step with what is there. */
export class InstalledKeeper implements Installation {
  readonly #container: ServiceWorkerContainer | undefined;
  readonly #script: string;

  /** @param script the URL of the worker's script */
  constructor(container: ServiceWorkerContainer | undefined, script: URL) {
    this.#container = container;
    this.#script = script.href;
  }

  async isThere(): Promise<boolean> {
    return (await this.#registration()) !== undefined;
  }

  async isInterrupted(): Promise<boolean> {
    try {
      const endpoint = await ownEndpoint(QUESTION_DEADLINE_MS);
      const hello = await endpoint?.call((commands) => commands.hello());
      return hello?.status.phase === 'interrupted';
    } catch {
      return false;
    }
  }

  /**
   * The sign-out is the one that any page can ask for: tokens revoked, vault emptied, epoch over. The authorization server's own session
   * goes on, so that the former way can sign in from it. Open pages keep the worker until they are left; without a session it lets everything pass.
   */
  async remove(): Promise<void> {
    const registration = await this.#registration();
    if (registration) {
      const endpoint = await ownEndpoint(SIGN_OUT_DEADLINE_MS).catch(() => undefined);
      await endpoint?.call((commands) => commands.signOut({ endSession: false })).catch(() => undefined);
      await registration.unregister().catch(() => false);
    }
    await this.forget();
  }

  async hasVault(): Promise<boolean> {
    const script = scriptOf(await this.#any());
    if (script && script !== this.#script) return false;
    try {
      return (await indexedDB.databases()).some(({ name }) => name === DATABASE);
    } catch {
      return true;
    }
  }

  async forget(): Promise<void> {
    if (!(await this.hasVault())) return;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, DELETION_DEADLINE_MS);
      try {
        const request = indexedDB.deleteDatabase(DATABASE);
        request.onsuccess = () => resolve();
        request.onerror = () => resolve();
      } catch {
        resolve();
      }
    });
  }

  async #registration(): Promise<ServiceWorkerRegistration | undefined> {
    const registration = await this.#any();
    return scriptOf(registration) === this.#script ? registration : undefined;
  }

  #any(): Promise<ServiceWorkerRegistration | undefined> {
    return Promise.resolve(this.#container?.getRegistration()).catch(() => undefined);
  }
}

function scriptOf(registration: ServiceWorkerRegistration | undefined): string | undefined {
  const worker = registration?.active ?? registration?.waiting ?? registration?.installing;
  return worker?.scriptURL;
}
