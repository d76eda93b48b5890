import type { Arena } from './kill-case.js';
import { problemIn, type Seen, send, settledPhase, signIn } from './page-view.js';
import type { Result, Scenario } from './scenarios.js';
import type { Stage } from './stage.js';

/** The facts at the moment of the stop. */
export interface AtStop {
  /** The sealed session record before the scenario, and when the worker was stopped. */
  readonly recordBefore: string | undefined;
  readonly record: string | undefined;
  /** Token requests that had reached the authorization server. */
  readonly tokenRequests: number;
  /** The checkpoints that the worker had come to. */
  readonly passed: readonly string[];
}

/** What became of one stop. */
export interface Outcome {
  readonly point: string;
  /** Whether the vault held the session of before or that of after. */
  readonly stored: 'before' | 'after';
  /** Whether the person had to open the application again, because the browser left a navigation hanging. */
  readonly reopened: boolean;
  /** How often the person had to start a sign-in again; a password was never asked for. */
  readonly signIns: number;
  readonly failedRequests: number;
  readonly doubledRequests: number;
  readonly tokenRequests: number;
  /** From the stop until the session, and a request of each tab, was as it should be. */
  readonly recoveryMs: number;
  readonly violations: readonly string[];
}

/**
 * Whether the answer to a renewal was lost with the worker, at a server that rotates strictly: the former token is spent
 * and the new one was never heard of. No client can go on from there.
 */
export function isLostForGood({ refreshTokens, system }: Arena, scenario: Scenario, atStop: AtStop): boolean {
  const [first] = system.authorizationServer.stats().tokenRequests;
  return (
    refreshTokens === 'strict' &&
    scenario.rotates &&
    !scenario.comesBack &&
    storedAt(atStop) === 'before' &&
    atStop.tokenRequests > 0 &&
    first?.outcome === 'success'
  );
}

/** Every tab has to say why the session ended; then the person signs in again, in the tab where no request waits. */
export async function signInAfterEnd({ tab, other }: Stage): Promise<string[]> {
  const violations: string[] = [];
  for (const page of [tab, other]) {
    const phase = await settledPhase(page, ['ended']);
    const problem = await problemIn(page);
    if (phase !== 'ended' || problem !== 'rotation_lost')
      violations.push(`${phase} with ${problem} instead of ended with rotation_lost`);
  }
  await signIn(other);
  return violations;
}

/** Waits until everything has come to rest, lets the person sign in again where that is the way, and compares. */
export async function judge(
  { system }: Arena,
  scenario: Scenario,
  stage: Stage,
  atStop: AtStop & { readonly lost: boolean },
  result: Result,
): Promise<Omit<Outcome, 'point' | 'reopened' | 'recoveryMs'>> {
  const { lost } = atStop;
  const violations = [
    ...commandViolations(scenario, atStop, result),
    ...requestViolations(result.requests, atStop),
  ];
  const startsAnew = scenario.ends === 'active' && !lost && result.failed !== undefined;
  if (startsAnew) await signIn(stage.tab);
  violations.push(...(await atWork(stage, scenario)));
  if (scenario.check) violations.push(...(await scenario.check(stage)));
  const stats = system.authorizationServer.stats();
  if (stats.signInPages > 0) violations.push('the person was asked for the password');
  if (stats.reuseDetections > (lost || scenario.comesBack ? 1 : 0))
    violations.push(`${stats.reuseDetections} reuse detections`);
  const doubled = orderViolations(system.api.stats().orderPosts, scenario, result.requests, violations);
  return {
    stored: storedAt(atStop),
    signIns: lost || startsAnew ? 1 : 0,
    failedRequests: result.requests.filter((seen) => !succeeded(seen)).length,
    doubledRequests: doubled,
    tokenRequests: stats.tokenRequests.length,
    violations,
  };
}

/** A request of each tab is answered as it should be; with that sign of life every tab shows the same session. */
async function atWork({ tab, other, system }: Stage, { ends }: Scenario): Promise<string[]> {
  const violations: string[] = [];
  const probes = [await send(tab, system, 1), await send(other, system, 1)].flat();
  if (probes.some(({ status }) => status !== (ends === 'active' ? 200 : 401)))
    violations.push(`afterwards: ${describe(probes)}`);
  for (const [name, page] of Object.entries({ tab, other })) {
    const phase = await settledPhase(page, [ends]);
    if (phase !== ends) violations.push(`the ${name} says ${phase} in the end`);
  }
  return violations;
}

/** A renewal whose answer was lost for good fails; a sign-in that has not stored its session may come back empty-handed. */
function commandViolations(
  { name }: Scenario,
  atStop: AtStop & { readonly lost: boolean },
  { failed }: Result,
): string[] {
  if (failed === undefined || atStop.lost) return [];
  const stored = storedAt(atStop);
  if (name.startsWith('sign-in') && stored === 'before' && failed === 'signed-out') return [];
  return [`${name} failed with ${failed}, the vault as ${stored}`];
}

/** Every request has to succeed; one that must not be repeated may say that its outcome is unknown, once it was on its way. */
function requestViolations(requests: readonly Seen[], { passed }: AtStop): string[] {
  const mayHaveBeenSent = passed.some((point) => /fetch POST \/v1|postMessage sending/.test(point));
  const isExcused = ({ method, code }: Seen) =>
    method === 'POST' && code === 'outcome_unknown' && mayHaveBeenSent;
  const failed = requests.filter((seen) => !succeeded(seen) && !isExcused(seen));
  return failed.length > 0 ? [`failed: ${describe(failed)}`] : [];
}

/** @returns how many orders arrived more than once */
function orderViolations(
  posts: ReadonlyMap<string, number>,
  { orderId }: Scenario,
  requests: readonly Seen[],
  violations: string[],
): number {
  if (!orderId) return 0;
  const count = posts.get(orderId) ?? 0;
  const placed = requests.some((seen) => seen.method === 'POST' && succeeded(seen));
  if (count > 1) violations.push(`the order was posted ${count} times`);
  if (placed && count === 0) violations.push('the order was confirmed, and never posted');
  return count > 1 ? 1 : 0;
}

function storedAt({ record, recordBefore }: AtStop): 'before' | 'after' {
  return record === recordBefore ? 'before' : 'after';
}

function succeeded({ status }: Seen): boolean {
  return status >= 200 && status < 300;
}

function describe(requests: readonly Seen[]): string {
  return requests.map(({ method, status, code = '' }) => `${method} ${status} ${code}`.trim()).join(', ');
}
