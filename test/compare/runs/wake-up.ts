import { setTimeout } from 'node:timers/promises';
import { freeze, thaw } from '../../support/freezable-tabs.js';
import { type Cell, failuresCell } from '../cells.js';
import type { ComparePlan } from '../plan.js';
import type { Stage } from '../stage.js';

/** Tabs that are frozen until their token has run out, as in a laptop that was closed; then each calls the API many times at once. */
export async function wakeUp(
  stage: Stage,
  { wakeUpTabs, wakeUpCalls, accessTokenSeconds }: ComparePlan,
): Promise<Cell> {
  return stage.freezableVisit(async (visit) => {
    const pages = [visit.page];
    while (pages.length < wakeUpTabs) pages.push(await stage.openTab(visit));
    for (const page of pages) await freeze(page);
    // Nothing happens in these tabs that could be awaited: the time alone has to pass.
    await setTimeout((accessTokenSeconds + 1) * 1000);
    for (const page of pages) await thaw(page);
    const work = { url: stage.protectedAnswer, count: wakeUpCalls };
    const outcomes = await Promise.all(
      pages.map((page) => page.evaluate(({ url, count }) => compared.burst(url, count), work)),
    );
    return failuresCell(outcomes.flat(), await stage.isAlive(visit.page), {
      renewals: stage.tokens.renewals,
    });
  });
}
