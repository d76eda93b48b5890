import { round } from '../../bench/results.js';
import { type Cell, failuresCell } from '../cells.js';
import { type ComparePlan, callsIn, EVERY_MS } from '../plan.js';
import type { Stage } from '../stage.js';

/** How long the token endpoint takes. */
export const SLOW_MS = 150;

/** Tabs that all call the API while tokens run out, at a token endpoint that takes its time. */
export async function manyTabs(
  stage: Stage,
  { tabs, tabsSeconds, accessTokenSeconds }: ComparePlan,
): Promise<{ failures: Cell; tokenRequests: Cell }> {
  const { system, tokens } = stage;
  return stage.visit(async (visit) => {
    const pages = [visit.page];
    while (pages.length < tabs) pages.push(await stage.openTab(visit));
    const slow = system.authorizationServer.delay(SLOW_MS);
    tokens.reset();
    const work = { url: stage.protectedAnswer, count: callsIn(tabsSeconds), everyMs: EVERY_MS };
    const outcomes = await Promise.all(
      pages.map((page) =>
        page.evaluate(({ url, count, everyMs }) => compared.steady(url, count, everyMs), work),
      ),
    );
    const { renewals } = tokens;
    const { refreshes, reuseDetections } = system.authorizationServer.stats();
    slow.dispose();
    const perLifetime = (renewals * accessTokenSeconds) / tabsSeconds;
    const failures = failuresCell(outcomes.flat(), await stage.isAlive(visit.page), {
      renewals,
      refreshes,
      reuseDetections,
    });
    return { failures, tokenRequests: { text: round(perLifetime), score: perLifetime } };
  });
}
