import { renewalsNeeded } from '../support/session-model.js';
import { stopWorkers } from '../support/stop-workers.js';
import { type Evidence, gatherEvidence } from './evidence.js';
import { durationMs, type FaultKind } from './fault-kinds.js';
import { type FaultArena, type Rest, restOf, type Scene, signInAgain, startBusiness } from './scene.js';
import { type Sent, stopTraffic, type Tally, tally } from './traffic.js';

const PACE = { getEveryMs: 100, postEveryMs: 250, mostOpen: 4 };
/** Told that the session is over, or not allowed to call without one: right for requests after its end. */
const AFTER_END = ['session_ended', 'signed_out'];

/** What became of one fault. */
export interface FaultOutcome {
  readonly isWorkerStopped: boolean;
  /** Why the session ended; absent when it went on. */
  readonly ending?: string | undefined;
  readonly requests: number;
  readonly failed: number;
  /** Answered that there is no session, while there was none. */
  readonly refusedAfterEnd: number;
  readonly network: number;
  readonly unknown: number;
  readonly lost: number;
  readonly doubled: number;
  readonly ghosts: number;
  readonly tokenRequests: number;
  readonly renewalsNeeded: number;
  /** From the fault's end until every tab is served again, a sign-in included. */
  readonly recoveryMs: number;
  readonly violations: readonly string[];
  readonly evidence?: Evidence;
}

/** Lets the fault happen under traffic, with the worker stopped in its midst or not, and sees what becomes of the session. */
export async function meet(
  scene: Scene,
  name: string,
  kind: FaultKind,
  isWorkerStopped: boolean,
): Promise<FaultOutcome> {
  const { api, authorizationServer } = scene.system;
  api.rejectTokensIssuedBefore(0);
  authorizationServer.resetStats();
  await startBusiness(scene, name, PACE);
  const before = authorizationServer.stats().tokenRequests;
  const lastSuccessMs = before.filter(({ outcome }) => outcome === 'success').at(-1)?.arrivedAtMs ?? 0;
  authorizationServer.resetStats();
  const struckAtMs = Date.now();
  const end = await kind.strike(scene);
  const half = durationMs(kind, scene) / 2;
  await lasting(half);
  if (isWorkerStopped) await stopWorkers(scene.idle);
  await lasting(half);
  await end();
  const endedAtMs = Date.now();
  const rest = await restOf(scene, endedAtMs);
  const isOver = rest.phase === 'ended';
  if (isOver) await signInAgain(scene);
  const again = isOver ? await restOf(scene, Date.now()) : rest;
  const recoveryMs = Date.now() - endedAtMs;
  const { tokenRequests, signInPages } = authorizationServer.stats();
  const renewals = tokenRequests.filter(({ grantType }) => grantType !== 'authorization_code');
  const sent = (await Promise.all(scene.busy.map(stopTraffic))).flat();
  const counted = tally(sent, api.stats().orderPosts);
  const after = counted.failed.filter((each) => isOver && isAfterEnd(each));
  const successes = renewals.filter(({ outcome }) => outcome === 'success');
  const needed = renewalsNeeded(
    [
      { atMs: lastSuccessMs, isSignIn: true },
      ...successes.map(({ arrivedAtMs: atMs }) => ({ atMs, isSignIn: false })),
    ],
    renewals.filter(({ outcome, isDelivered }) => outcome !== 'success' || isDelivered === false).length,
    scene.earliestRenewalMs,
    (atMs) => (kind.agesToken === true || isWorkerStopped) && atMs > struckAtMs,
  );
  const violations = [
    ...endViolations(scene, kind, isWorkerStopped, rest),
    ...(again.phase === 'active' ? [] : [`in the end ${again.phase} ${again.code ?? ''}`]),
    ...requestViolations(kind, isWorkerStopped, counted, after),
    ...(signInPages > 0 ? ['the person was asked for the password'] : []),
  ];
  return {
    isWorkerStopped,
    ending: isOver ? (rest.code ?? rest.phase) : undefined,
    requests: counted.requests,
    failed: counted.failed.length - after.length,
    refusedAfterEnd: after.length,
    network: counted.network,
    unknown: counted.unknown,
    lost: counted.lost.length,
    doubled: counted.doubled.length,
    ghosts: counted.ghosts.length,
    tokenRequests: renewals.length,
    renewalsNeeded: needed,
    recoveryMs,
    violations,
    ...(violations.length > 0 && { evidence: gatherEvidence(scene.system, sent, struckAtMs) }),
  };
}

/** The length of a fault is what is tried, not something that is waited for. */
export function lasting(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Whether this answer is the right one for a request while there is no session. */
export function isAfterEnd({ status, code }: Sent): boolean {
  return status === 401 && (code === undefined || AFTER_END.includes(code));
}

/** @returns what the session should have done otherwise */
function endViolations(
  { refreshTokens }: FaultArena,
  { endings, hidesAnswers = false }: FaultKind,
  isWorkerStopped: boolean,
  { phase, code }: Rest,
): string[] {
  const ending = phase === 'active' ? undefined : (code ?? phase);
  const right: readonly (string | undefined)[] = endings?.(refreshTokens, isWorkerStopped) ?? [];
  // An answer that is lost with the worker cannot be had again where refresh tokens are rotated strictly.
  const mayBeLost =
    (isWorkerStopped || hidesAnswers) && refreshTokens === 'strict' && ending === 'rotation_lost';
  const isRight = right.length > 0 ? right.includes(ending) : ending === undefined;
  return isRight || mayBeLost
    ? []
    : [`came to ${ending ?? 'no end'} instead of ${right.join(' or ') || 'going on'}`];
}

function requestViolations(
  { cutsNetwork }: FaultKind,
  isWorkerStopped: boolean,
  { failed, lost, doubled, ghosts, network, unknown }: Tally,
  excused: readonly Sent[],
): string[] {
  const wrong = failed.filter((each) => !excused.includes(each));
  const violations = wrong.map(({ id, status, code = '' }) =>
    `${id ? 'POST' : 'GET'} ${status} ${code}`.trim(),
  );
  if (network > 0 && !cutsNetwork) violations.push(`${network} network errors`);
  if (unknown > 0 && !isWorkerStopped) violations.push(`${unknown} outcomes unknown`);
  for (const [word, ids] of Object.entries({ lost, doubled, ghosts })) {
    if (ids.length > 0) violations.push(`${word}: ${ids.join(', ')}`);
  }
  return violations;
}
