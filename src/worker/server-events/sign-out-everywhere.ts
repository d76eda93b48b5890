import { SessionKeeperError } from '../../shared/errors.js';
import type { Handlers } from '../commands.js';
import { askServer } from './ask-server.js';
import type { ServerEventsParts } from './server-events.js';

/** What a person waits at most before this browser is signed out, whatever the server does. */
const DEADLINE_MS = 5000;

/**
 * `signOut` with `everywhere`: the app's server ends the person's other sessions, and this one is signed out in any case. The person
 * is told where the server could not.
 *
 * @param quietly does it while the watch hears nothing: this session's end is a sign-out, not word of one
 */
export function withSignOutEverywhere(
  commands: Handlers,
  parts: ServerEventsParts,
  quietly: <T>(work: () => Promise<T>) => Promise<T>,
): Handlers {
  return {
    ...commands,
    signOut: async ({ everywhere, ...request }) => {
      if (everywhere !== true) return commands.signOut(request);
      return quietly(async () => {
        const failure = await endOthers(parts).catch((cause: unknown) => incomplete(cause));
        const done = await commands.signOut(request);
        if (failure) throw failure;
        return done;
      });
    },
  };
}

/** @throws what the network fails with */
async function endOthers(parts: ServerEventsParts): Promise<SessionKeeperError | undefined> {
  const { session, renewal, environment } = parts;
  await session.load();
  const deadline = new AbortController();
  const over = new Promise<void>((resolve) => deadline.signal.addEventListener('abort', () => resolve()));
  const cancelTimer = environment.setTimer(() => deadline.abort(), DEADLINE_MS);
  try {
    if (!session.usable()) await Promise.race([renewal.attempt(), over]);
    const credential = session.usable();
    if (!credential) return incomplete();
    const response = await askServer(parts, 'sign-out-everywhere', credential, deadline.signal);
    return response.ok ? undefined : incomplete();
  } finally {
    cancelTimer();
  }
}

function incomplete(cause?: unknown): SessionKeeperError {
  return new SessionKeeperError(
    'sign_out_incomplete',
    'This browser is signed out. The server could not be asked to end the other sessions; sign in and try it again.',
    { cause },
  );
}
