import type { Page } from '@playwright/test';
import type { SessionErrorCode } from '../../../src/shared/errors.js';
import type { SessionStatus } from '../../../src/shared/session-status.js';

/** A session in the page whose status the test decides, and which records the commands that it gets. */
interface FakeSession {
  status: SessionStatus;
  readonly commands: string[];
  /** The code that the next command fails with. */
  failWith: SessionErrorCode | undefined;
  announce(): void;
  emit(change: Partial<SessionStatus>): void;
}

declare global {
  var fakeSession: FakeSession;
}

/** Puts a fake session into each document of this page, found by the banner as the real one is. */
export async function installFakeSession(page: Page, options: { early: boolean }): Promise<void> {
  await page.addInitScript(({ early }) => {
    const listeners = new Set<(status: SessionStatus) => void>();
    const command = async (text: string) => {
      session.commands.push(text);
      if (session.failWith) throw Object.assign(new Error('technical words'), { code: session.failWith });
    };
    const session = {
      status: {
        phase: 'active',
        since: 0,
        grantedScopes: [],
        renewals: 0,
        parkedRequests: 0,
        vault: 'sealed',
      } as SessionStatus,
      commands: [] as string[],
      failWith: undefined as SessionErrorCode | undefined,
      announce() {
        Object.assign(globalThis, { [Symbol.for('session-keeper.session')]: session });
        dispatchEvent(new Event('session-keeper:ready'));
      },
      emit(change: Partial<SessionStatus>) {
        session.status = { ...session.status, ...change };
        for (const listener of listeners) listener(session.status);
      },
      subscribe(listener: (status: SessionStatus) => void) {
        listeners.add(listener);
        listener(session.status);
        return () => listeners.delete(listener);
      },
      signIn: ({ mode, silent }: { mode: string; silent?: boolean }) =>
        command(`signIn ${mode}${silent ? ' silently' : ''}`),
      renew: () => command('renew'),
      staySignedIn: () => command('staySignedIn'),
    };
    globalThis.fakeSession = session;
    if (early) session.announce();
  }, options);
}

export const emit = (page: Page, change: Partial<SessionStatus>): Promise<void> =>
  page.evaluate((given) => fakeSession.emit(given), change);

export const failNextWith = (page: Page, code: SessionErrorCode): Promise<void> =>
  page.evaluate((given) => {
    fakeSession.failWith = given;
  }, code);

export const commands = (page: Page): Promise<string[]> => page.evaluate(() => fakeSession.commands);
