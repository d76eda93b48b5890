import { SessionKeeperError } from '../../shared/errors.js';
import type { Keeper } from '../keeper.js';
import { EventWatch } from './event-watch.js';
import { heedPages } from './page-signs.js';
import type { ServerWord } from './read-events.js';
import type { ServerEvents, ServerEventsParts } from './server-events.js';
import { withSignOutEverywhere } from './sign-out-everywhere.js';

/** Another write may come first each time: a renewal, or a person's sign-in. */
const MOST_TRIES = 5;

/**
 * For the option `serverEvents`: listens to the app's server while a page is open, so that a session that ends elsewhere ends here within a
 * second; and lets a page sign out everywhere. Needs the server's option `events`. It is a function of its own so that a worker
 * without it has nothing of it to load.
 *
 * ```ts
 * keepSession({ …, serverEvents: serverEvents() });
 * ```
 */
export function serverEvents(): ServerEvents {
  return {
    connect: (parts) => {
      const { session } = parts;
      const watch = new EventWatch(parts, (word) => void endSession(word, parts).catch(() => undefined));
      heedPages(
        parts,
        () => session.stored !== undefined,
        () => watch.begin(),
      );
      return {
        sessionChanged: () => watch.begin(),
        keeper: (keeper) => ({
          ...keeper,
          commands: withSignOutEverywhere(watched(keeper), parts, (work) => watch.without(work)),
          fetchHandler: withoutOwnScript(keeper, parts),
        }),
      };
    },
  };
}

/**
 * The server's word ends the session, and the authorization server is not asked whether it does: that one may know nothing of it (a
 * refresh token with `offline_access` outlives a logout, OpenID Connect Back-Channel Logout §2.7), or be away. It gives the server no power that it
 * has not had before: it can serve another worker, or end the epoch. Nobody else can speak here.
 */
async function endSession(
  word: Exclude<ServerWord, 'beat'>,
  { session, renewal, revocation, configuration }: ServerEventsParts,
): Promise<void> {
  const attempt = session.stored?.value.attempt;
  const isThere = () => session.stored !== undefined && session.stored.value.attempt === attempt;
  const isSignOut = word === 'signed-out';
  // The grace lasts no longer than the token, so it begins with a new one where there is one to be had.
  if (!isSignOut && configuration.policy.revocationGraceSeconds && !session.stored?.value.endsAt)
    await renewal.attempt();
  for (let tries = 0; tries < MOST_TRIES && isThere() && session.stored; tries += 1) {
    if (!isSignOut && session.stored.value.endsAt) return;
    await session.end(isSignOut ? signedOutElsewhere() : revoked(), session.stored);
  }
  await revocation.drain();
}

/** Tells each page that it is to give signs of life. */
function watched({ commands }: Keeper): Keeper['commands'] {
  return {
    ...commands,
    hello: async () => ({ ...(await commands.hello()), watched: true }),
  };
}

/** What a page asks of the server there has no credential, also where the path is one of an API's. */
function withoutOwnScript(
  { fetchHandler }: Keeper,
  { environment, scope }: ServerEventsParts,
): Keeper['fetchHandler'] {
  const own = environment.origin + scope.location.pathname;
  return {
    route: (request) => {
      const route = fetchHandler.route(request);
      const { origin, pathname } = new URL(request.url);
      return route?.kind === 'api' && origin + pathname === own ? { kind: 'untag' } : route;
    },
    answer: (route, arrival) => fetchHandler.answer(route, arrival),
  };
}

function revoked(): SessionKeeperError {
  return new SessionKeeperError('session_revoked', 'The session was ended elsewhere.');
}

function signedOutElsewhere(): SessionKeeperError {
  return new SessionKeeperError(
    'signed_out_elsewhere',
    'The person signed out everywhere, on another device.',
  );
}
