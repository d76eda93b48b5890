import { expect } from '@playwright/test';
import type { TokenRequest } from '../../demo/authorization-server/token-request-log.js';
import { difference, type ModelEvent, nextState, renewalsNeeded } from '../support/session-model.js';
import { stopWorkers } from '../support/stop-workers.js';
import { gatherEvidence } from './evidence.js';
import { isAfterEnd, lasting } from './fault-cell.js';
import { durationMs, FAULT_KINDS, type FaultKind } from './fault-kinds.js';
import {
  type FaultArena,
  openScene,
  type Rest,
  restOf,
  type Scene,
  signInAgain,
  startBusiness,
} from './scene.js';
import { type Sent, stopTraffic, tally } from './traffic.js';

/** One step of a journey: what happens, for how long, and where in it the worker is stopped. */
export interface Step {
  readonly fault: string;
  /** Of the fault's own time. */
  readonly part: number;
  readonly stopsWorker: boolean;
}

/** What came of a journey. */
export interface Travelled {
  /** Faults that were met. */
  readonly steps: number;
  readonly requests: number;
  readonly failed: readonly string[];
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly ghosts: readonly string[];
  readonly unknown: number;
  /** Access tokens that were made, used and followed by another. */
  readonly lifetimes: number;
  readonly tokenRequests: number;
  readonly renewalsNeeded: number;
  readonly endings: readonly string[];
  readonly passwordsAsked: number;
}

const BUSY_TABS = 8;
const PACE = { getEveryMs: 700, postEveryMs: 1900, mostOpen: 1 };

/** A person's way with eight tabs through one fault after another, with the model at their side. */
export async function travel(arena: FaultArena, name: string, steps: readonly Step[]): Promise<Travelled> {
  arena.system.api.rejectTokensIssuedBefore(0);
  const scene = await openScene(arena, BUSY_TABS);
  try {
    await startBusiness(scene, name, PACE);
    const journey = new Journey(scene);
    for (const step of steps) await journey.take(step);
    return await journey.arrive();
  } finally {
    arena.system.authorizationServer.down(false);
    await scene.context.setOffline(false);
    await scene.context.close();
  }
}

class Journey {
  readonly #scene: Scene;
  readonly #beganAtMs = Date.now();
  #model = nextState({ phase: 'ended', codes: [], renewals: [0, 0], answerLost: 'no' }, 'signed-in');
  /** How many entries of the server's log the model knows. */
  #known: number;
  readonly #startedAt: number;
  readonly #over: { readonly fromMs: number; readonly toMs: number }[] = [];
  readonly #excused: { readonly fromMs: number; toMs: number }[] = [];
  readonly #endings: string[] = [];
  #cutNetwork = false;
  #wasRefused = false;
  #steps = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
    const log = this.#log();
    // The scene's own sign-in is the last of its kind; what came before is another journey's.
    this.#startedAt = lastSignIn(log);
    this.#known = this.#startedAt + 1;
  }

  async take({ fault, part, stopsWorker }: Step): Promise<void> {
    const kind = kindNamed(fault);
    const scene = this.#scene;
    this.#steps += 1;
    const excuse = { fromMs: Date.now(), toMs: Number.POSITIVE_INFINITY };
    if (kind.agesToken || stopsWorker) this.#excused.push(excuse);
    this.#cutNetwork ||= kind.cutsNetwork === true;
    const end = await kind.strike(scene);
    const half = (durationMs(kind, scene) * part) / 2;
    await lasting(half);
    if (stopsWorker) await stopWorkers(scene.idle);
    await lasting(half);
    await end();
    await restOf(scene, Date.now());
    if (kind.event) this.#model = nextState(this.#model, kind.event);
    const what = `${fault}${stopsWorker ? ', worker stopped' : ''}`;
    const rest = await this.#compare(kind, stopsWorker, what);
    if (rest.phase !== 'active') await this.#goOn(excuse.fromMs, `${what}: ${rest.code ?? rest.phase}`);
    excuse.toMs = Date.now();
  }

  /** Stops the traffic, and counts. */
  async arrive(): Promise<Travelled> {
    const { busy, system } = this.#scene;
    const log = this.#log().slice(this.#startedAt);
    const sent = (await Promise.all(busy.map(stopTraffic))).flat();
    const { failed, network, ...counted } = tally(sent, system.api.stats().orderPosts);
    const wrong = failed.filter(
      (each) =>
        !(
          isAfterEnd(each) &&
          this.#over.some(({ fromMs, toMs }) => each.endedAtMs >= fromMs && each.startedAtMs <= toMs)
        ),
    );
    const successes = log
      .filter(({ outcome }) => outcome === 'success')
      .map(({ arrivedAtMs: atMs, grantType }) => ({ atMs, isSignIn: grantType === 'authorization_code' }));
    const renewals = log.filter(({ grantType }) => grantType !== 'authorization_code');
    const brought = (each: TokenRequest) => each.outcome === 'success' && each.isDelivered !== false;
    if (wrong.length + counted.lost.length + counted.doubled.length + counted.ghosts.length > 0)
      this.#tellWhy(sent);
    return {
      steps: this.#steps,
      requests: counted.requests,
      failed: [
        ...wrong.map(({ id, status, code = '' }) => `${id || 'GET'} ${status} ${code}`.trim()),
        ...(network > 0 && !this.#cutNetwork ? [`${network} network errors`] : []),
      ],
      lost: counted.lost,
      doubled: counted.doubled,
      ghosts: counted.ghosts,
      unknown: counted.unknown,
      lifetimes: log.filter(brought).length,
      tokenRequests: renewals.length,
      renewalsNeeded: renewalsNeeded(
        successes,
        renewals.filter((each) => !brought(each)).length,
        this.#scene.earliestRenewalMs,
        (atMs) => this.#excused.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs),
      ),
      endings: this.#endings,
      passwordsAsked: system.authorizationServer.stats().signInPages,
    };
  }

  /** The model hears of each token request once it is over; then both have to say the same. */
  async #compare(kind: FaultKind, stopsWorker: boolean, what: string): Promise<Rest> {
    let rest = await restOf(this.#scene, 0);
    const compare = async () => {
      rest = await restOf(this.#scene, 0);
      const log = this.#log();
      const settled = log.slice(this.#known);
      const open = settled.findIndex(isOpen);
      const over = open === -1 ? settled : settled.slice(0, open);
      for (const request of over)
        this.#model = nextState(this.#model, this.#eventOf(request, kind, stopsWorker));
      this.#known += over.length;
      return difference(this.#model, rest);
    };
    try {
      await expect.poll(compare, { message: what, timeout: 10_000, intervals: [50] }).toBeUndefined();
    } catch (error) {
      this.#tellWhy([]);
      throw error;
    }
    return rest;
  }

  /**
   * A browser that sends a request again by itself sends the same proof again, which the server refuses; a worker then asks once
   * more, with a fresh one. So where tokens are bound, one refusal says nothing, and a second one in a row says it all.
   */
  #eventOf(request: TokenRequest, kind: FaultKind, stopsWorker: boolean): ModelEvent {
    const isRefusal = request.outcome === 'refused' && request.error === 'invalid_grant';
    const isFirst = isRefusal && !this.#wasRefused;
    if (request.error !== 'use_dpop_nonce') this.#wasRefused = isRefusal;
    if (isFirst && this.#scene.refreshTokens === 'dpop') return 'not-taken';
    return eventOf(request, kind, stopsWorker);
  }

  async #goOn(fromMs: number, ending: string): Promise<void> {
    this.#endings.push(ending);
    await signInAgain(this.#scene);
    await restOf(this.#scene, Date.now());
    const log = this.#log();
    this.#known = lastSignIn(log) + 1;
    this.#model = nextState(this.#model, 'signed-in');
    this.#wasRefused = false;
    this.#over.push({ fromMs, toMs: Date.now() });
  }

  #tellWhy(sent: readonly Sent[]): void {
    const { system } = this.#scene;
    console.log(JSON.stringify(gatherEvidence(system, sent, this.#beganAtMs), null, 1));
  }

  #log(): readonly TokenRequest[] {
    return this.#scene.system.authorizationServer.stats().tokenRequests;
  }
}

function kindNamed(name: string): FaultKind {
  const kind = FAULT_KINDS.find((each) => each.name === name);
  if (!kind) throw new Error(`there is no fault ${name}`);
  return kind;
}

function lastSignIn(log: readonly TokenRequest[]): number {
  return log.map(({ grantType }) => grantType).lastIndexOf('authorization_code');
}

function isOpen({ outcome, isDelivered }: TokenRequest): boolean {
  return outcome === 'pending' || isDelivered === undefined;
}

function eventOf(
  { outcome, error, grantType, isDelivered }: TokenRequest,
  { unanswered = 'not-taken', hidesAnswers = false }: FaultKind,
  stopsWorker: boolean,
): ModelEvent {
  if (grantType === 'authorization_code') return 'not-taken';
  if (outcome === 'refused' && error !== 'invalid_grant') return 'not-taken';
  if (outcome === 'refused') return stopsWorker ? 'refused-or-unheard' : 'refused';
  // A worker that is stopped may not have heard that it was not taken.
  if (outcome === 'lost') return stopsWorker && unanswered === 'not-taken' ? 'answered-or-lost' : unanswered;
  if (stopsWorker || hidesAnswers) return 'answered-or-lost';
  return isDelivered ? 'answered' : 'lost';
}
