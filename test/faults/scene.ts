import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { RefreshTokenKind } from '../../demo/authorization-server/refresh-token-kind.js';
import { type System, startSystem } from '../../demo/system.js';
import { barePage } from '../support/bare-page.js';
import { ready, statusOf } from '../support/order-desk.js';
import { signIn } from './page-view.js';
import { type SignedInAtServer, signInAtServer } from './stage.js';
import { type Pace, seenSince, startTraffic } from './traffic.js';

/** The shortest that the options allow, so that a fault of a second is a long one. */
const RETRY = { baseDelaySeconds: 0.1, maxDelaySeconds: 1, outageCheckSeconds: 0.5 };

/**
 * Part of the lifetime, from one arrival at the server to the next. A renewal that comes sooner was not due: that is at 65 % of the
 * life that the worker counts from its sending, and a busy machine holds up the one request longer than the other.
 */
const EARLIEST_RENEWAL = 0.45;

/** One kind of authorization server, and a person who is signed in there. */
export interface FaultArena {
  readonly browser: Browser;
  readonly system: System;
  readonly refreshTokens: RefreshTokenKind;
  readonly storageState: SignedInAtServer;
  readonly accessTokenMs: number;
  readonly attemptTimeoutMs: number;
  readonly earliestRenewalMs: number;
}

/** A browser profile with tabs that call the API all the time, and one that looks on. */
export interface Scene extends FaultArena {
  readonly context: BrowserContext;
  readonly busy: readonly Page[];
  readonly idle: Page;
}

interface Times {
  readonly accessTokenSeconds: number;
  readonly attemptTimeoutSeconds: number;
}

export async function openArena(
  browser: Browser,
  refreshTokens: RefreshTokenKind,
  { accessTokenSeconds, attemptTimeoutSeconds }: Times,
): Promise<FaultArena> {
  const isBound = refreshTokens === 'dpop';
  const system = await startSystem({
    ports: { app: 0, api: 0, authorizationServer: 0 },
    files: await barePage(),
    refreshTokens,
    accessTokenSeconds,
    // Nonces, as RFC 9449 recommends: proofs then do not depend on the device's clock.
    ...(isBound && { dpopNonce: true, apiDpopNonce: true }),
    workerOptions: {
      policy: { renewal: { attemptTimeoutSeconds }, retry: RETRY },
      ...(isBound && { dpop: 'required' }),
    },
  });
  const storageState = await signInAtServer(browser, system);
  const accessTokenMs = accessTokenSeconds * 1000;
  const earliestRenewalMs = accessTokenMs * EARLIEST_RENEWAL;
  const attemptTimeoutMs = attemptTimeoutSeconds * 1000;
  return {
    browser,
    system,
    refreshTokens,
    storageState,
    accessTokenMs,
    attemptTimeoutMs,
    earliestRenewalMs,
  };
}

/** A new browser profile, signed in. */
export async function openScene(arena: FaultArena, busyTabs: number): Promise<Scene> {
  const { browser, system, storageState } = arena;
  system.authorizationServer.revokeAll('ada');
  const context = await browser.newContext({ storageState });
  const idle = await openTab(context, system);
  const busy: Page[] = [];
  while (busy.length < busyTabs) busy.push(await openTab(context, system));
  const scene = { ...arena, context, busy, idle };
  await signInAgain(scene);
  return scene;
}

/** Starts the traffic of every busy tab, and waits until it goes well. */
export async function startBusiness(scene: Scene, name: string, pace: Pace): Promise<void> {
  const { busy, system } = scene;
  system.api.resetStats();
  await Promise.all(busy.map((tab, index) => startTraffic(tab, system, `${name}-${index}`, pace)));
  const rest = await restOf(scene, Date.now());
  if (rest.phase !== 'active') throw new Error(`the scene does not begin well: ${JSON.stringify(rest)}`);
}

async function openTab(context: BrowserContext, system: System): Promise<Page> {
  const tab = await context.newPage();
  await tab.goto(`${system.app.origin}/bare.html`);
  await ready(tab);
  return tab;
}

/** In the tab that looks on, so that the requests of the others wait on. */
export async function signInAgain({ idle }: Scene): Promise<void> {
  const phase = await signIn(idle);
  if (phase !== 'active') throw new Error(`could not sign in: ${phase}`);
}

/** What a session came to rest as. */
export interface Rest {
  readonly phase: 'active' | 'ended' | 'restless';
  /** Why it ended; `signed-out` where nothing tells of a session. */
  readonly code?: string | undefined;
  readonly renewals: number;
}

/**
 * Waits until every tab says the same: active, with nothing waiting, and calls served that began after this moment; or over.
 */
export async function restOf(scene: Scene, sinceMs: number, withinMs = 20_000): Promise<Rest> {
  const { busy, idle } = scene;
  const giveUpAtMs = Date.now() + withinMs;
  let seen: readonly unknown[] = [];
  while (Date.now() < giveUpAtMs) {
    const [own, ...others] = await Promise.all([
      statusOf(idle),
      ...busy.map((tab) => seenSince(tab, sinceMs)),
    ]);
    const statuses = [own, ...others.map(({ status }) => status)];
    seen = [own, ...others];
    const isSame = statuses.every(({ phase }) => phase === own.phase);
    if (isSame && (own.phase === 'ended' || own.phase === 'signed-out'))
      return { phase: 'ended', code: own.problem?.code ?? own.phase, renewals: own.renewals };
    const isCalm = statuses.every(
      ({ phase, problem, parkedRequests }) => phase === 'active' && !problem && parkedRequests === 0,
    );
    if (isCalm && others.every(({ isServed }) => isServed))
      return { phase: 'active', renewals: own.renewals };
    await lookAgain();
  }
  return { phase: 'restless', code: JSON.stringify(seen), renewals: 0 };
}

/** Not so often that looking is what keeps the machine busy. */
function lookAgain(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100));
}
