import type { Browser, Page } from '@playwright/test';
import { type Activity, countActivity, readActivity } from '../../support/idle-page.js';
import { rendererProcesses } from '../devtools.js';
import type { BenchPlan } from '../plan.js';
import { type GroupResult, round } from '../results.js';
import { openTab, type Variants } from '../variants.js';

/** 6b. Tabs in which nobody does anything. */
export async function idleTabs(browser: Browser, variants: Variants, plan: BenchPlan): Promise<GroupResult> {
  const count = plan.tabs.at(-1) ?? 1;
  const variant = await variants.keeper();
  const pages: Page[] = [];
  await variant.context.addInitScript(countActivity);
  while (pages.length < count) pages.push(await openTab(variant));
  await variant.page.close();
  const before = await cpuSeconds(browser);
  const activityBefore = await Promise.all(pages.map(readActivity));
  await new Promise((resolve) => setTimeout(resolve, plan.idleSeconds * 1000));
  const activityAfter = await Promise.all(pages.map(readActivity));
  const cpuMs = ((await cpuSeconds(browser)) - before) * 1000;
  const perTab = activityAfter.map((after, index) => difference(after, activityBefore[index]));
  const most = Math.max(...perTab.map(({ timers, messages }) => timers + messages));
  await Promise.all(pages.map((page) => page.close()));
  return {
    title: `Idle: ${count} tabs for ${plan.idleSeconds} s`,
    columns: ['timers and messages, busiest tab', 'CPU of all renderers, ms per tab and minute'],
    rows: [[String(most), round(cpuMs / count / (plan.idleSeconds / 60))]],
    goals: [
      {
        what: 'timers and messages per visible tab and minute',
        value: most / (plan.idleSeconds / 60),
        bound: { atMost: 1 },
      },
    ],
    samples: { perTab, cpuMs },
  };
}

function difference(after: Activity, before: Activity | undefined): Activity {
  return {
    timers: after.timers - (before?.timers ?? 0),
    messages: after.messages - (before?.messages ?? 0),
  };
}

async function cpuSeconds(browser: Browser): Promise<number> {
  return (await rendererProcesses(browser)).reduce((sum, each) => sum + each.cpuSeconds, 0);
}
