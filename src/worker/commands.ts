import type { Api } from '../shared/api-matcher.js';
import { SessionKeeperError } from '../shared/errors.js';
import {
  type CommandName,
  type Commands,
  PROTOCOL,
  type Reply,
  type SignedOut,
  type SignInRequest,
  type SignOutRequest,
} from '../shared/protocol.js';
import type { SessionStatus } from '../shared/session-status.js';
import type { Environment } from './environment.js';
import type { AuthorizationServer } from './oauth/authorization-server.js';
import type { Revocation } from './oauth/revocation.js';
import type { SignInSteps } from './oauth/sign-in.js';
import { oneAtATime } from './one-at-a-time.js';
import type { Recovery } from './recovery.js';
import type { EndSessionRecord, RedirectPath } from './redirect-path.js';
import type { Renewal } from './renewal.js';
import type { Session } from './session.js';
import { RECORD } from './session-record.js';
import { toWire } from './wire-error.js';

interface Parts {
  readonly apis: readonly Api[];
  readonly environment: Environment;
  readonly session: Session;
  readonly server: AuthorizationServer;
  readonly signIn: SignInSteps;
  readonly renewal: Renewal;
  readonly revocation: Revocation;
  readonly redirectPath: RedirectPath;
  readonly recovery: Recovery | undefined;
  readonly status: () => SessionStatus;
  readonly claim: () => Promise<void>;
}

type ValueOf<Command> = Command extends (...given: never[]) => Promise<Reply<infer T>> ? T : never;

/** The commands as the worker does them; what one gives or throws becomes its reply in {@link replied}. */
export type Handlers = {
  readonly [Name in CommandName]: (...given: Parameters<Commands[Name]>) => Promise<ValueOf<Commands[Name]>>;
};

/** What a page can ask for. Arguments come from any script of the page, and are checked as such. */
export function createCommands(parts: Parts): Handlers {
  const { session, signIn, renewal, recovery, status } = parts;
  /** Nobody waits for it, and many pages may ask at once. */
  const drain = oneAtATime(() => parts.revocation.drain());
  return {
    hello: async () => {
      await session.load();
      // A page that opens after a limit finds the end, not the warning before it. A vault that fails is told in the status.
      await session.enforceLimits().catch(() => false);
      // Left over from a worker's death, or from an outage.
      drain(false);
      // A wrong issuer shows at the first visit, not at the first sign-in.
      if (!session.stored)
        void parts.server
          .metadata()
          .then(() => recovery?.check())
          .catch((error: unknown) => session.report(toWire(error)));
      void recovery?.attempt();
      const { presence } = parts.redirectPath;
      return { protocol: PROTOCOL, status: status(), apis: parts.apis, presence };
    },
    signIn: async (request) => {
      // Only a page that was asked for a frame gets one.
      const framed = recovery?.begin(request.mode);
      if (framed) return framed;
      const checked = checkSignIn(request, parts.environment.origin);
      try {
        await recovery?.check();
        const started = await signIn.begin(checked);
        session.report(undefined);
        return started;
      } catch (error) {
        session.report(toWire(error));
        throw error;
      }
    },
    signOut: (request) => signOut(request, parts),
    renew: async () => {
      await session.load();
      const before = session.stored?.version;
      if (before) await (renewal.heldMs() > 0 || renewal.attempt());
      else if (session.recovering) await recovery?.attempt();
      else throw new SessionKeeperError('not_signed_in', 'There is no session to renew.');
      const after = status();
      const isRenewed = session.stored !== undefined && session.stored.version !== before;
      if (!isRenewed && after.problem) {
        throw new SessionKeeperError(after.problem.code, after.problem.message, after.problem);
      }
      return after;
    },
    touch: async (signal) => {
      await session.load();
      if (!(await session.enforceLimits(signal))) {
        // With a limit there is more to revoke; with a page that wakes up the network may be back for it.
        if (signal !== 'ping') drain(false);
      } else if (signal !== 'input' && signal !== 'limit' && (session.isRenewalDue() || !session.usable()))
        await (signal === 'wake' ? renewal.nudge() : renewal.ensure());
      if (signal === 'wake' || signal === 'ping') void recovery?.attempt();
      return status();
    },
    claim: parts.claim,
  };
}

/** Every command fails with the same error. */
export function refusing(failure: unknown): Handlers {
  const refuse = () => Promise.reject(failure);
  return {
    hello: refuse,
    signIn: refuse,
    signOut: refuse,
    renew: refuse,
    touch: refuse,
    claim: refuse,
  };
}

/** Every reply is a value: comlink would drop an error's code, and send its stack. */
export async function replied<T>(work: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: toWire(error) };
  }
}

async function signOut(request: SignOutRequest, parts: Parts): Promise<SignedOut> {
  const { session, server, revocation, redirectPath, environment } = parts;
  // Nobody must believe that it was done.
  if (request.everywhere) throw invalid('everywhere', true, 'false without the option serverEvents');
  await session.load();
  const idToken = session.stored?.value.idToken;
  // The local end comes first: whatever happens to the network, this browser is signed out.
  const wanted = request.endSession === true && idToken !== undefined;
  const endSession: EndSessionRecord | undefined = wanted
    ? { idToken, writtenAt: environment.clock.now() }
    : undefined;
  await session.signOut(endSession && [{ name: RECORD.endSession, value: endSession }]);
  await revocation.drain();
  if (!endSession) return {};
  const metadata = await server.metadata().catch(() => undefined);
  return metadata?.end_session_endpoint ? { url: redirectPath.endSessionPath } : {};
}

function checkSignIn(
  { mode, returnTo = '/', loginHint = '', silent = false, scope }: SignInRequest,
  origin: string,
): SignInRequest {
  if (typeof silent !== 'boolean') throw invalid('silent', silent, 'true or false');
  if (mode !== 'redirect' && mode !== 'popup') throw invalid('mode', mode, "'redirect' or 'popup'");
  if (typeof loginHint !== 'string' || loginHint.length > 1000)
    throw invalid('loginHint', loginHint, 'a string of at most 1000 characters');
  const url = typeof returnTo === 'string' && URL.canParse(returnTo, origin) && new URL(returnTo, origin);
  if (!url || url.origin !== origin) throw invalid('returnTo', returnTo, 'a path of this origin');
  return { mode, silent, loginHint, scope, returnTo: url.pathname + url.search + url.hash };
}

function invalid(name: string, value: unknown, allowed: string): SessionKeeperError {
  return new SessionKeeperError(
    'invalid_command',
    `${name} is ${JSON.stringify(value)}; allowed is ${allowed}`,
  );
}
