import type { RefreshTokenKind } from '../../demo/authorization-server/refresh-token-kind.js';
import {
  brokenJson,
  htmlPage,
  oauthError,
  redirectTo,
  retryLater,
  type TokenAnswer,
} from '../../demo/authorization-server/token-answers.js';
import { inPage, statusOf } from '../support/order-desk.js';
import type { ModelEvent } from '../support/session-model.js';
import type { FaultArena, Scene } from './scene.js';
import { burst } from './traffic.js';

/** How a session may end when no client could go on. */
export type Ending = 'rotation_lost' | 'session_revoked' | 'client_rejected' | 'vault_lost' | 'signed-out';

/** Something that goes wrong. */
export interface FaultKind {
  readonly name: string;
  /** How long it goes on; the access token lives one second. A function: where it depends on the worker's own time-out. */
  readonly lastsMs: number | ((arena: FaultArena) => number);
  /** Brings it about. @returns what ends it */
  strike(scene: Scene): Promise<() => unknown>;
  /** How the session ends with this kind of refresh token; none: it goes on. */
  readonly endings?: (kind: RefreshTokenKind, isWorkerStopped: boolean) => readonly Ending[];
  /** What the model of the session is told of a token request that the provider never answered. Default `not-taken`. */
  readonly unanswered?: ModelEvent;
  /** Whether the browser repeats a request whose answer it lost, or drops one on its way, so that nobody can tell. */
  readonly hidesAnswers?: boolean;
  /** What happens to the session besides. */
  readonly event?: ModelEvent;
  /** Whether requests may fail because the network does. */
  readonly cutsNetwork?: boolean;
  /** Whether a token is renewed before its age makes it necessary. */
  readonly agesToken?: boolean;
}

const CLOCK_HOURS = 3;
const BURST_TOKEN_SECONDS = 30;
const RENEWAL_LOCK = 'session-keeper:renewal';

export function durationMs({ lastsMs }: FaultKind, arena: FaultArena): number {
  return typeof lastsMs === 'number' ? lastsMs : lastsMs(arena);
}

const answered = (name: string, answer: TokenAnswer, unanswered: ModelEvent = 'not-taken'): FaultKind => ({
  name: `every token request: ${name}`,
  lastsMs: 1200,
  unanswered,
  strike: async ({ system }) => {
    const fault = system.authorizationServer.answer(...answer);
    return () => fault.dispose();
  },
});

/** A spent refresh token that is strictly rotated ends its grant. */
const onlyStrict =
  (...endings: Ending[]) =>
  (kind: RefreshTokenKind): readonly Ending[] =>
    kind === 'strict' ? endings : [];
const always = (ending: Ending) => () => [ending] as const;

export const FAULT_KINDS: readonly FaultKind[] = [
  { name: 'nothing', lastsMs: 1500, strike: async () => () => undefined },
  {
    name: 'the answer to one token request is lost',
    lastsMs: 1200,
    endings: onlyStrict('rotation_lost'),
    strike: async ({ system }) => {
      const fault = system.authorizationServer.loseResponse(1);
      return () => fault.dispose();
    },
  },
  {
    name: 'the answers to all token requests are lost',
    lastsMs: 1500,
    endings: onlyStrict('rotation_lost'),
    strike: async ({ system }) => {
      const fault = system.authorizationServer.loseResponse();
      return () => fault.dispose();
    },
  },
  {
    // The browser sends a request whose connection is cut before the answer again by itself, if it is not the connection's first.
    name: 'the connection of one token request is cut before its answer',
    hidesAnswers: true,
    lastsMs: 1200,
    endings: onlyStrict('rotation_lost', 'session_revoked'),
    strike: async ({ system }) => {
      const fault = system.authorizationServer.loseResponse(1, 'repeatable');
      return () => fault.dispose();
    },
  },
  {
    name: 'an answer comes after the time-out',
    lastsMs: ({ attemptTimeoutMs }) => attemptTimeoutMs + 1000,
    endings: onlyStrict('rotation_lost'),
    strike: async ({ system, attemptTimeoutMs }) => {
      const fault = system.authorizationServer.delay(attemptTimeoutMs + 500, 1);
      return () => fault.dispose();
    },
  },
  {
    name: 'every token request: no answer (time-out)',
    unanswered: 'lost',
    lastsMs: ({ attemptTimeoutMs }) => attemptTimeoutMs + 1000,
    strike: async ({ system }) => {
      const { authorizationServer } = system;
      return authorizationServer.onRequest((req) => req.method === 'POST' && req.url === '/token');
    },
  },
  answered('408', retryLater(408)),
  answered('425', retryLater(425)),
  answered('429, Retry-After in seconds', retryLater(429, '1')),
  answered('429, Retry-After as a date', retryLater(429, new Date(0).toUTCString())),
  answered('500', retryLater(500), 'lost'),
  answered('503, Retry-After of a year', retryLater(503, String(365 * 86_400))),
  answered('server_error with a 400', oauthError('server_error', 400), 'lost'),
  answered('temporarily_unavailable with a 400', oauthError('temporarily_unavailable', 400)),
  answered('200 with a web page', htmlPage(), 'lost'),
  answered('200 with JSON that breaks off', brokenJson(), 'lost'),
  answered('a redirect', redirectTo('http://portal.example/')),
  {
    name: 'the authorization server cuts every connection',
    unanswered: 'lost',
    lastsMs: 2500,
    strike: async ({ system }) => {
      system.authorizationServer.down('drop');
      return () => system.authorizationServer.down(false);
    },
  },
  {
    name: 'the authorization server is down (503)',
    lastsMs: 2500,
    strike: async ({ system }) => {
      system.authorizationServer.down('unavailable');
      return () => system.authorizationServer.down(false);
    },
  },
  {
    name: 'the browser is offline',
    lastsMs: 2000,
    cutsNetwork: true,
    hidesAnswers: true,
    strike: async ({ context }) => {
      await context.setOffline(true);
      return () => context.setOffline(false);
    },
  },
  {
    // Over the end of a token; the next one lives long enough for a hundred requests on a busy machine.
    name: 'two tabs send 50 requests each at once',
    lastsMs: 1200,
    agesToken: true,
    strike: async ({ busy, idle, system, accessTokenMs }) => {
      system.authorizationServer.setAccessTokenSeconds(BURST_TOKEN_SECONDS);
      const bursts = busy.slice(0, 2).map((tab) => burst(tab, 50));
      return async () => {
        await Promise.all(bursts);
        system.authorizationServer.setAccessTokenSeconds(accessTokenMs / 1000);
        // It may have ended by now, as where the worker was stopped with an answer on its way.
        await inPage(idle, (session) => session.renew().catch(() => undefined));
      };
    },
  },
  {
    // For longer than the worker waits for it, which is one and a half of its time-outs.
    name: 'a page holds the renewal lock',
    lastsMs: ({ attemptTimeoutMs }) => attemptTimeoutMs * 1.5 + 1000,
    strike: ({ idle }) => takeLock(idle, {}),
  },
  {
    name: 'a page steals the renewal lock',
    lastsMs: 1500,
    strike: ({ idle }) => takeLock(idle, { steal: true }),
  },
  {
    name: 'a page forges broadcasts',
    lastsMs: 1200,
    strike: ({ idle }) =>
      idle
        .evaluateHandle(() => {
          const channel = new BroadcastChannel('session-keeper');
          const timer = setInterval(() => {
            channel.postMessage('stored');
            channel.postMessage({ type: 'stored', accessToken: 'forged' });
          }, 10);
          return () => {
            clearInterval(timer);
            channel.close();
          };
        })
        .then((stop) => () => stop.evaluate((run) => run())),
  },
  {
    name: 'the API refuses the token in use',
    lastsMs: 1200,
    agesToken: true,
    strike: async ({ system, idle, accessTokenMs }) => {
      // The one in use, and not the one that a renewal under way may just have got.
      const { accessTokenEndsAt = 0 } = await statusOf(idle);
      system.api.rejectTokensIssuedBefore(Math.min(Date.now(), accessTokenEndsAt - accessTokenMs / 2));
      return () => undefined;
    },
  },
  clockMoved('forward', CLOCK_HOURS),
  clockMoved('back', -CLOCK_HOURS),
  {
    name: 'IndexedDB is deleted',
    event: 'storage-gone',
    lastsMs: 1200,
    // A worker that starts anew finds no trace of a session.
    endings: (_kind, isWorkerStopped) => (isWorkerStopped ? ['vault_lost', 'signed-out'] : ['vault_lost']),
    strike: async ({ idle }) => {
      await idle.evaluate(() => {
        indexedDB.deleteDatabase('session-keeper');
      });
      return () => undefined;
    },
  },
  {
    name: 'the grant is revoked',
    lastsMs: 1200,
    endings: always('session_revoked'),
    strike: async ({ system }) => {
      system.authorizationServer.revokeAll('ada');
      return () => undefined;
    },
  },
  {
    ...answered('invalid_client', oauthError('invalid_client'), 'client-rejected'),
    endings: always('client_rejected'),
  },
];

function clockMoved(word: string, hours: number): FaultKind {
  return {
    name: `the device's clock jumps ${Math.abs(hours)} h ${word}, and comes right again`,
    lastsMs: 1500,
    agesToken: true,
    strike: async ({ context }) => {
      // A worker that is started meanwhile has the right time, as after the device has asked a time server.
      const [worker] = context.serviceWorkers();
      await worker?.evaluate((offsetMs) => {
        const { now } = Date;
        Object.assign(Date, { now: () => now() + offsetMs, rightNow: now });
      }, hours * 3600_000);
      return () =>
        worker
          ?.evaluate(() => Object.assign(Date, { now: Reflect.get(Date, 'rightNow') ?? Date.now }))
          .catch(() => undefined);
    },
  };
}

/** @returns gives it back */
async function takeLock(tab: Scene['idle'], options: LockOptions): Promise<() => unknown> {
  await tab.evaluate(
    ({ name, options }) => {
      const taken = new Promise<void>((resolve) => {
        const held = new Promise<void>((release) => {
          Object.assign(globalThis, { giveLockBack: release });
        });
        // Asked for, not necessarily had: the worker may be at work under it.
        const asked = navigator.locks.request(name, options, () => held);
        asked.catch(() => undefined);
        resolve();
      });
      return taken;
    },
    { name: RENEWAL_LOCK, options },
  );
  return () => tab.evaluate(() => Reflect.get(globalThis, 'giveLockBack')());
}
