import { parseArgs } from 'node:util';
import type { Browser } from '@playwright/test';
import { writeGroup } from './document.js';
import { bodies } from './groups/bodies.js';
import { burst } from './groups/burst.js';
import { coldStart } from './groups/cold-start.js';
import { hotPath } from './groups/hot-path.js';
import { idleTabs } from './groups/idle-tabs.js';
import { otherRequests } from './groups/other-requests.js';
import { parked } from './groups/parked.js';
import { sizes } from './groups/sizes.js';
import { tabs } from './groups/tabs.js';
import { type BenchEngine, launch } from './launch.js';
import { PlainVariants } from './plain-variants.js';
import { type BenchPlan, FULL, SMOKE } from './plan.js';
import { circumstances, writeResults } from './report.js';
import { type GroupResult, isMet, verdict } from './results.js';
import { type InFreshBrowser, Variants } from './variants.js';

const USAGE = `npm run bench -- [--engine chromium|firefox] [--groups NAME,NAME…] [--smoke] [--rounds N]

  --groups  only these of ${'hot-path, other-requests, cold-start, burst, parked, bodies, tabs, idle-tabs, sizes'}
  --engine  chromium if left out; firefox has no DevTools for the groups that stop workers or read memory
  --smoke   few samples, to see that everything works; the goals are not asked for, and the documentation is left alone
  --rounds  how often each variant has its turn; 9 if left out
`;

type Group = (browser: Browser, variants: Variants, plan: BenchPlan) => Promise<GroupResult>;

const GROUPS: Readonly<Record<string, Group>> = {
  'hot-path': (_browser, _variants, plan) => hotPath(eachRound, plan),
  'other-requests': (_browser, _variants, plan) => otherRequests(eachRound, plan),
  'cold-start': (_browser, _variants, plan) => coldStart(plan),
  burst: (_browser, variants, plan) => burst(variants, plan),
  parked,
  bodies: (_browser, _variants, plan) => bodies(plan),
  tabs: (_browser, variants, plan) => tabs(variants, plan),
  'idle-tabs': idleTabs,
  sizes: () => sizes(),
};

/** They need nothing but pages. */
const IN_ANY_ENGINE = ['hot-path', 'other-requests', 'burst', 'tabs'];

const startedAt = performance.now();
const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'chromium' },
    groups: { type: 'string' },
    rounds: { type: 'string' },
    smoke: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const engine = engineNamed(values.engine);

if (values.help) console.log(USAGE);
else process.exitCode = (await run()) ? 0 : 1;

/** @returns whether every goal was met, or none was asked for */
async function run(): Promise<boolean> {
  const plan: BenchPlan = {
    ...(values.smoke ? SMOKE : FULL),
    ...(values.rounds !== undefined && { rounds: Number(values.rounds) }),
  };
  const chosen = values.groups?.split(',') ?? (engine === 'chromium' ? Object.keys(GROUPS) : IN_ANY_ENGINE);
  const groups = chosen.map((name) => {
    const group = GROUPS[name];
    if (!group) throw new TypeError(`--groups names ${name}\n\n${USAGE}`);
    return [name, group] as const;
  });
  const command = [
    'npm run bench',
    ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : []),
  ].join(' ');
  const version = await browserVersion();
  const results: Record<string, GroupResult> = {};
  const measured = async (name: string, group: Group, browser: Browser, variants: Variants) => {
    const groupBeganAt = performance.now();
    const result = await group(browser, variants, plan);
    results[name] = result;
    print(result);
    // Too few samples are not what the documentation says they are.
    if (values.smoke) return;
    writeGroup(engine, name, Object.keys(GROUPS), circumstances(command, version, groupBeganAt), result);
  };
  if (values.smoke) {
    await inFreshBrowser(async (...shared) => {
      for (const [name, group] of groups) await measured(name, group, ...shared);
    });
  } else {
    for (const [name, group] of groups) await inFreshBrowser((...own) => measured(name, group, ...own));
  }
  writeResults(engine, circumstances(command, version, startedAt), results);
  return values.smoke || Object.values(results).every(({ goals }) => goals.every(isMet));
}

async function eachRound(round: Parameters<InFreshBrowser>[0]): Promise<void> {
  if (engine !== 'chromium') return inFreshBrowser((_browser, variants) => round(variants));
  const variants = new PlainVariants();
  try {
    await round(variants);
  } finally {
    await variants.close();
  }
}

/** A browser and systems of its own: what is measured in it finds nothing that another group left behind. */
async function inFreshBrowser<T>(work: (browser: Browser, variants: Variants) => Promise<T>): Promise<T> {
  const browser = await launch(engine);
  const variants = new Variants(browser);
  try {
    return await work(browser, variants);
  } finally {
    await variants.close();
    await browser.close();
  }
}

function engineNamed(name: string): BenchEngine {
  if (name === 'chromium' || name === 'firefox') return name;
  throw new TypeError(`--engine is ${name}\n\n${USAGE}`);
}

async function browserVersion(): Promise<string> {
  return inFreshBrowser(async (browser) => `${engine} ${browser.version()}`);
}

function print({ title, columns, rows, goals, notes = [] }: GroupResult): void {
  console.log(`\n${title}`);
  console.table(rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))));
  for (const note of notes) console.log(note);
  // Too few samples say nothing about a goal.
  if (!values.smoke) for (const goal of goals) console.log(verdict(goal));
}
