import { sealCookieName } from '../server/seal-cookie.js';
import { type Arguments, UsageError } from './arguments.js';
import {
  type Check,
  cookieHeader,
  type Deployment,
  fail,
  NAVIGATION,
  type Verdict,
  WORKER_TRIPLE,
} from './check.js';
import { ALL_CHECKS } from './checks/all.js';
import { sealCookie } from './checks/seal-cookie.js';
import type { Answer, Probe } from './probe.js';

export interface Finding {
  readonly name: string;
  readonly result: Verdict['result'];
  /** What is wrong, how to mend it, and where the documentation says more; absent when all is well. */
  readonly what?: string;
  readonly mend?: string;
  readonly page?: string;
}

/**
 * Looks at the deployment, and runs every check.
 *
 * @throws UsageError when there is no page, or an option is missing that the worker's script does not tell
 */
export async function examine(given: Arguments, probe: Probe): Promise<Finding[]> {
  const deployment = await arrive(given, probe);
  const findings: Finding[] = [];
  // One after the other: a deployment with a rate limit would otherwise be judged by that.
  for (const check of ALL_CHECKS) findings.push(await find(check, deployment));
  return findings;
}

async function arrive(given: Arguments, probe: Probe): Promise<Deployment> {
  const { url, worker } = given;
  const page = await probe.ask(url, { headers: NAVIGATION }).catch((error: unknown) => {
    throw new UsageError(
      `${url.href} does not answer: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  // Off https and this machine there is no such cookie; its checks then look for the real one.
  const cookieName = sealCookieName(url) ?? '__Host-Http-seal';
  const cookie = sealCookie(page, cookieName)?.split(';')[0];
  const known = cookie === undefined ? {} : { cookie };
  const script = await probe
    .ask(new URL(worker, url), { headers: { ...WORKER_TRIPLE, ...cookieHeader(known) } })
    .catch(() => undefined);
  return {
    url,
    workerPath: worker,
    redirectPath:
      given.redirectPath ?? told('redirect-path', /\bredirectPath["']?:\s*(["'`])(\/[^"'`]*)\1/, script),
    issuer: given.issuer ?? told('issuer', /\bissuer["']?:\s*(["'`])(https?:\/\/[^"'`]+)\1/, script),
    probe,
    cookieName,
    page,
    ...known,
  };
}

/** The worker's options are in its script; how a bundler wrote them down differs. */
function told(option: string, pattern: RegExp, script: Answer | undefined): string {
  const [, , value] = pattern.exec(script?.body ?? '') ?? [];
  if (value !== undefined) return value;
  throw new UsageError(
    script?.status === 200
      ? `the worker's script does not tell it plainly; give --${option}`
      : `the worker's script cannot be read (${script ? `answered ${script.status}` : 'no answer'}); give --${option}, and --worker if it is elsewhere`,
  );
}

async function find({ name, mend, page, run }: Check, deployment: Deployment): Promise<Finding> {
  const verdict = await run(deployment).catch((error: unknown) =>
    fail(`there is no answer: ${error instanceof Error ? error.message : String(error)}`),
  );
  return verdict.result === 'ok' ? { name, result: 'ok' } : { name, ...verdict, mend, page };
}
