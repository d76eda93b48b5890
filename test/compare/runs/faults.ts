import type { Page } from '@playwright/test';
import { oauthError } from '../../../demo/authorization-server/token-answers.js';
import { stopWorkers } from '../../support/stop-workers.js';
import { type Cell, failuresCell } from '../cells.js';
import type { Outcome } from '../pages/calls.js';
import { type ComparePlan, callsIn, EVERY_MS } from '../plan.js';
import type { Stage, Visit } from '../stage.js';

/** Whether the authorization server knows in a hidden frame who is signed in there. */
export type FrameCookie = 'sent in frames' | 'withheld from frames';

/** The authorization server rotates the refresh token, and its answer never arrives. */
export async function lostAnswer(stage: Stage, plan: ComparePlan, cookie: FrameCookie): Promise<Cell> {
  return stage.visit(async (visit) => {
    await prepare(visit, cookie);
    const fault = stage.system.authorizationServer.loseResponse(1);
    const outcomes = await calls(stage, visit.page, plan.lostAnswerSeconds);
    if (fault.struck !== 1) throw new Error(`no answer to ${stage.library.name} was lost`);
    return failuresCell(outcomes, await stage.isAlive(visit.page), reuse(stage));
  });
}

/** The token endpoint answers 503 for a while. */
export async function outage(stage: Stage, plan: ComparePlan): Promise<Cell> {
  const [before, after] = plan.aroundOutageSeconds;
  return stage.visit(async ({ page }) => {
    const answered = await calls(stage, page, before);
    const fault = stage.system.authorizationServer.answer(...oauthError('temporarily_unavailable'));
    // One series without a gap: who calls does not know when the outage ends.
    const calling = calls(stage, page, plan.outageSeconds + after);
    const end = setTimeout(() => fault.dispose(), plan.outageSeconds * 1000);
    const outcomes = [...answered, ...(await calling)];
    clearTimeout(end);
    return failuresCell(outcomes, await stage.isAlive(page), { ...reuse(stage), struck: fault.struck });
  });
}

/** The browser stops the worker between two calls. */
export async function stoppedWorker(stage: Stage, plan: ComparePlan, cookie: FrameCookie): Promise<Cell> {
  return stage.visit(async (visit) => {
    await prepare(visit, cookie);
    await calls(stage, visit.page, 1);
    await stopWorkers(visit.page);
    const outcomes = await calls(stage, visit.page, plan.stoppedSeconds);
    return failuresCell(outcomes, await stage.isAlive(visit.page), reuse(stage));
  });
}

async function prepare({ context }: Visit, cookie: FrameCookie): Promise<void> {
  // A browser that sends no cookies in frames of other sites, as far as the authorization server can tell.
  if (cookie === 'withheld from frames') await context.clearCookies({ name: /^as_/ });
}

function calls(stage: Stage, page: Page, seconds: number): Promise<Outcome[]> {
  const work = { url: stage.protectedAnswer, count: callsIn(seconds), everyMs: EVERY_MS };
  return page.evaluate(({ url, count, everyMs }) => compared.steady(url, count, everyMs), work);
}

function reuse({ system }: Stage): object {
  const { refreshes, reuseDetections, authorizationRequests } = system.authorizationServer.stats();
  return { refreshes, reuseDetections, authorizationRequests };
}
