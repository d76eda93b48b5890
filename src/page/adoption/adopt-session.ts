import { SessionKeeperError } from '../../shared/errors.js';
import type { AdoptingCommands } from '../../shared/protocol.js';
import { ownEndpoint } from '../own-endpoint.js';
import type { Session } from '../session-client.js';

/** The worker may have to wait for another one, and then for the authorization server. */
const DEADLINE_MS = 45_000;

/** What another library left in the page: one of the readers of this module finds it, or the application itself. */
export interface AdoptableSession {
  /** Absent where the library has none: then there is nothing to adopt. */
  readonly refreshToken?: string | undefined;
  /** The ID token of the same session; it may have run out. */
  readonly idToken?: string | undefined;
  /** Takes away whatever the library stored of the session. Called once the tokens are the worker's, or of no use any more. */
  readonly wipe: () => void | Promise<void>;
}

/**
 * Moves the session of another library into the worker, where there is none yet. The worker exchanges the refresh token at once and
 * keeps what it gets; only then is the library's storage wiped. Call it after `registerSessionKeeper`, before anything else asks for
 * the status. Needs the worker's option `adoption`.
 *
 * ```ts
 * await adoptSession(session, fromOidcClientTs({ authority, client_id }));
 * ```
 *
 * @param found where a reader has to wait, its promise
 * @returns whether it was adopted. `false`: the library had no session, or the worker has one, or had one that ended; the storage is wiped
 * @throws SessionKeeperError `adoption_refused` and `rotation_lost`: the tokens are of no use, and were wiped; a person has to sign in.
 *   With any other code nothing was wiped: `adoption_failed`, `authorization_server_unreachable`, `authorization_server_error`,
 *   `command_rate_limited` and `vault_unavailable` can be tried again, at the next visit for instance; `invalid_command` is for a
 *   developer: tokens of another issuer or client, a worker without the option, or none yet
 */
export async function adoptSession(
  session: Session,
  found: AdoptableSession | Promise<AdoptableSession>,
): Promise<boolean> {
  const { refreshToken, idToken, wipe } = await found;
  const adopted = refreshToken && idToken ? await handIn({ refreshToken, idToken }, wipe) : undefined;
  await wipe();
  // The page's status is the worker's from here on.
  if (adopted !== undefined) await session.staySignedIn();
  return adopted === true;
}

async function handIn(
  tokens: { readonly refreshToken: string; readonly idToken: string },
  wipe: AdoptableSession['wipe'],
): Promise<boolean> {
  // Not of `ready`: after a worker that was removed while this page was open, that stays with the removed one (Firefox, WebKit).
  const endpoint = await ownEndpoint(DEADLINE_MS);
  const hello = await endpoint?.call((commands) => commands.hello());
  if (!endpoint || !hello?.adopts)
    throw new SessionKeeperError(
      'invalid_command',
      hello
        ? 'The worker adopts no session: it has no option adoption. Nothing was done.'
        : 'Call registerSessionKeeper first.',
    );
  try {
    const { adopted } = await endpoint.call((commands) => (commands as AdoptingCommands).adopt(tokens));
    return adopted;
  } catch (error) {
    if (error instanceof SessionKeeperError && OF_NO_USE.includes(error.code)) await wipe();
    throw error;
  }
}

const OF_NO_USE: readonly string[] = ['adoption_refused', 'rotation_lost'];
