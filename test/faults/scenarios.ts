import { expect, type Page } from '@playwright/test';
import type { RefreshTokenKind } from '../../demo/authorization-server/refresh-token-kind.js';
import type { Session } from '../../src/index.js';
import { inPage } from '../support/order-desk.js';
import { recordNames, type Seen, send, settledPhase, signIn } from './page-view.js';
import type { Stage } from './stage.js';

/** What the page saw of a scenario's own work. */
export interface Result {
  readonly requests: readonly Seen[];
  /** Why the page's command failed, or the phase that a sign-in came back with. */
  readonly failed?: string;
}

export interface Scenario {
  readonly name: string;
  /** The phase of the session when all went well. */
  readonly ends: 'active' | 'signed-out';
  /** Whether the scenario's work ends the session's credential that was there before. */
  readonly rotates: boolean;
  /** Whether the session is lost in it whatever happens, and comes back by itself. */
  readonly comesBack?: true;
  /** The id of the order that the scenario posts. */
  readonly orderId?: string;
  prepare(stage: Stage): Promise<void>;
  /** Settles when the page has its answer, whatever it is. */
  act(stage: Stage): Promise<Result>;
  /** What must hold afterwards besides; each line is a violation. */
  check?(stage: Stage): Promise<string[]>;
}

const ORDER_ID = 'the-order';
const LONG_SECONDS = 60;

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'sign-in by redirect',
    ends: 'active',
    rotates: false,
    prepare: async () => undefined,
    act: signInByRedirect,
  },
  {
    name: 'sign-in over a living session',
    ends: 'active',
    rotates: false,
    prepare: signedIn,
    act: signInByRedirect,
  },
  {
    name: 'renewal',
    ends: 'active',
    rotates: true,
    prepare: signedIn,
    act: ({ tab }) => command(tab, (session) => session.renew()),
  },
  {
    name: 'renewal with 5 requests parked, a POST among them',
    ends: 'active',
    rotates: true,
    orderId: ORDER_ID,
    prepare: expired,
    act: async ({ tab, system }) => ({ requests: await send(tab, system, 4, ORDER_ID) }),
  },
  {
    name: 'sign-out',
    ends: 'signed-out',
    rotates: false,
    prepare: signedIn,
    act: ({ tab }) => command(tab, (session) => session.signOut({ endSession: false })),
    check: nothingLeft,
  },
];

/** With the option `silentFrame`, at a server where a lost answer ends the session. */
const COMING_BACK: Scenario = {
  name: 'a lost renewal, and a silent frame',
  ends: 'active',
  rotates: true,
  comesBack: true,
  orderId: ORDER_ID,
  prepare: expired,
  act: async ({ tab, system }) => {
    system.authorizationServer.loseResponse(1);
    return { requests: await send(tab, system, 4, ORDER_ID) };
  },
};

/** What is stopped, and at which kind of server. */
export const KILL_SETS: readonly {
  readonly kind: RefreshTokenKind;
  readonly silentFrame: boolean;
  readonly scenarios: readonly Scenario[];
}[] = [
  { kind: 'dpop', silentFrame: false, scenarios: SCENARIOS },
  { kind: 'grace', silentFrame: false, scenarios: SCENARIOS },
  { kind: 'strict', silentFrame: false, scenarios: SCENARIOS },
  { kind: 'strict', silentFrame: true, scenarios: [COMING_BACK] },
];
export const KILL_CELLS = KILL_SETS.flatMap(({ kind, scenarios }) =>
  scenarios.map((scenario) => ({ kind, scenario })),
);

async function signInByRedirect({ tab }: Stage): Promise<Result> {
  const phase = await signIn(tab);
  return { requests: [], ...(phase !== 'active' && { failed: phase }) };
}

/** Runs a command in the page; what it is answered with does not matter here. */
async function command(tab: Page, run: (session: Session) => Promise<unknown>): Promise<Result> {
  try {
    await inPage(tab, run);
    return { requests: [] };
  } catch (error) {
    return { requests: [], failed: String(error) };
  }
}

async function signedIn({ tab, other, system }: Stage): Promise<void> {
  system.authorizationServer.setAccessTokenSeconds(LONG_SECONDS);
  const phases = [await signIn(tab), await settledPhase(other, ['active'])];
  if (phases.some((phase) => phase !== 'active')) throw new Error(`could not sign in: ${phases.join(', ')}`);
}

/** Signed in, with an access token that has just run out. */
async function expired(stage: Stage): Promise<void> {
  const { tab, system } = stage;
  system.authorizationServer.setAccessTokenSeconds(1);
  const phase = await signIn(tab);
  if (phase !== 'active') throw new Error(`could not sign in: ${phase}`);
  system.authorizationServer.setAccessTokenSeconds(LONG_SECONDS);
  const { accessTokenEndsAt = 0 } = await inPage(tab, (session) => session.status);
  await tab.waitForFunction((end) => Date.now() > end, accessTokenEndsAt, { polling: 10 });
}

async function nothingLeft({ tab, system }: Stage): Promise<string[]> {
  const problems: string[] = [];
  const live = system.authorizationServer.liveRefreshTokens('ada');
  if (live > 0) problems.push(`${live} live refresh tokens are left at the authorization server`);
  // The authorization server's metadata is public, and every visit reads it.
  const left = async () => (await recordNames(tab)).filter((name) => name !== 'metadata');
  // That a person signed out is told to other versions of the worker for a second.
  await expect
    .poll(left)
    .toEqual([])
    .catch(async () => problems.push(`the vault still holds ${(await left()).join(', ')}`));
  return problems;
}
