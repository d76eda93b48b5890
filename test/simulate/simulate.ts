import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { resolvePolicy } from '../../src/shared/policy.js';
import { goalTable, machine, replaceBetween } from '../bench/report.js';
import { type Goal, isMet, verdict } from '../bench/results.js';
import { type Client, keeper, naive } from './client.js';
import { type Cost, costsAt } from './cost.js';
import { type Figures, run, type Setting } from './run.js';
import { DEPLOY, MONDAY, OUTAGE_OF_TEN_MINUTES, OVERLOAD, type Scenario, SKEW, STEADY } from './scenarios.js';
import { binned, draw } from './svg.js';
import { costTable, scenarioTable } from './tables.js';

const USAGE = `npm run simulate -- [--sessions N] [--lifetime SECONDS] [--seed N] [--write]

  --sessions  how many browsers, in the scenarios; 500000 if left out
  --lifetime  how long an access token lasts; 3600 if left out. The goals are asked for with 3600 only
  --seed      of the dice; 1 if left out
  --write     puts the tables into docs/fleet.md
`;

const OUT = 'test-results/simulate';
const DOCUMENT = 'docs/fleet.md';
const BIN_SECONDS = 10;
const LIFETIME_SECONDS = 3600;
const COST_SIZES = [1000, 10_000, 100_000, 1_000_000];

const KEEPER = keeper('session-keeper', resolvePolicy());
const NAIVE = naive('naive');
const NO_JITTER = keeper('jitterFraction 0', resolvePolicy({ renewal: { jitterFraction: 0 } }));
const MORE_JITTER = keeper('jitterFraction 0.2', resolvePolicy({ renewal: { jitterFraction: 0.2 } }));
const LATER = keeper('atLifetimeFraction 0.9', resolvePolicy({ renewal: { atLifetimeFraction: 0.9 } }));
/** As a worker does that tries a late renewal at the next request: what was before `lateRenewalAt`. */
const AT_ONCE: Client = { ...KEEPER, name: 'late ones at once', lateAt: (_, now) => now };
/** Tried: nobody comes back before the server asked for it, and not all in the same second either. */
const SPREAD: Client = {
  ...KEEPER,
  name: 'jitter on Retry-After',
  afterFailure: (retry, now, random, retryAfterMs, isAwaited) =>
    KEEPER.afterFailure(retry, now, random, retryAfterMs && retryAfterMs * (1 + random), isAwaited),
};
const LONG_WAITS = keeper(
  'all of them patient',
  resolvePolicy({ retry: { baseDelaySeconds: 60, maxDelaySeconds: 600 } }),
);
/** Tried: those who wait come back as late as it takes, too. Nobody looks out, and the waits grow to ten minutes. */
const PATIENT: Client = {
  ...LONG_WAITS,
  outageCheckMs: undefined,
  afterFailure: (retry, now, random, retryAfterMs) =>
    LONG_WAITS.afterFailure(retry, now, random, retryAfterMs, false),
};
const POLICIES = [KEEPER, AT_ONCE, NO_JITTER, MORE_JITTER, LATER, NAIVE];

/** In the steady state they do as the keeper does. */
const TRIED = [SPREAD, PATIENT];

const PLAN: readonly (readonly [Scenario, readonly Client[]])[] = [
  [OUTAGE_OF_TEN_MINUTES, [...POLICIES, PATIENT]],
  [OVERLOAD, [KEEPER, SPREAD, NAIVE]],
  [DEPLOY, [KEEPER, NAIVE]],
  [MONDAY, [KEEPER, NO_JITTER, MORE_JITTER, NAIVE]],
  [SKEW, [KEEPER, NAIVE]],
];

const { values } = parseArgs({
  options: {
    sessions: { type: 'string', default: '500000' },
    lifetime: { type: 'string', default: String(LIFETIME_SECONDS) },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else process.exitCode = simulate() ? 0 : 1;

/** @returns whether every goal was met, or none was asked for */
function simulate(): boolean {
  const setting = {
    sessions: wholeNumber('sessions', values.sessions),
    lifetimeSeconds: wholeNumber('lifetime', values.lifetime),
    seed: wholeNumber('seed', values.seed),
  };
  mkdirSync(OUT, { recursive: true });
  const sections: string[] = [];
  const show = (section: string) => {
    console.log(section);
    sections.push(section);
  };
  const steady = new Map(POLICIES.map((client) => [client, run(STEADY, client, setting)]));
  show(shown(STEADY, [...steady.values()]));
  const goals: Goal[] = [];
  for (const [scenario, clients] of PLAN) {
    const all = clients.map((client) =>
      run(scenario, client, known(setting, steady.get(TRIED.includes(client) ? KEEPER : client))),
    );
    show(shown(scenario, all));
    if (scenario === OUTAGE_OF_TEN_MINUTES) goals.push(...outageGoals(all[0]));
  }
  const costs = costsAt(COST_SIZES, KEEPER, setting.lifetimeSeconds, setting.seed);
  show(`#### Cost\n\n${costTable(costs)}\n\n`);
  const isAsked = setting.lifetimeSeconds === LIFETIME_SECONDS;
  goals.push(...costGoals(costs));
  if (isAsked) show(`#### Goals\n\n${goalTable(goals)}\n\n`);
  if (isAsked) console.log(goals.map(verdict).join('\n'));
  if (values.write) write(sections);
  return !isAsked || goals.every(isMet);
}

function known(setting: Setting, steady: Figures | undefined): Setting {
  return steady ? { ...setting, steady: steady.mean } : setting;
}

/** Its table; and its curves, as a file. */
function shown(scenario: Scenario, all: readonly Figures[]): string {
  const curves = all.map(({ client, steady, perSecond }) => ({
    name: client,
    values: binned(perSecond, BIN_SECONDS).map((value) => value / steady),
  }));
  const title = `${scenario.title}: token requests per second, in multiples of the steady mean`;
  writeFileSync(`${OUT}/${scenario.name}.svg`, draw(title, BIN_SECONDS, curves));
  return scenarioTable(scenario, all);
}

function outageGoals(figures: Figures | undefined): Goal[] {
  const after = figures?.afterOutage;
  if (!figures || !after) throw new Error('There was no outage.');
  return [
    {
      what: 'after the outage, the busiest minute of what nobody waited for, over the steady mean',
      value: after.othersPeakMinute / figures.steady,
      bound: { atMost: 1.5 },
    },
    { what: 'seconds until the load is drained', value: after.drained, bound: { atMost: 600 } },
    {
      what: 'seconds until the last person who waited has a token',
      value: after.recoveredLast,
      bound: { atMost: 2 },
    },
  ];
}

function costGoals(costs: readonly Cost[]): Goal[] {
  const spread = (of: (cost: Cost) => number) => Math.max(...costs.map(of)) / Math.min(...costs.map(of));
  return [
    {
      what: 'events per session and hour, the most over the least, from 1,000 to 1,000,000 sessions',
      value: spread(({ events }) => events),
      bound: { atMost: 1.05 },
    },
    {
      what: 'CPU per session and hour, the most over the least, from 1,000 to 1,000,000 sessions',
      value: spread(({ cpuMs }) => cpuMs),
      bound: { atMost: 1.25 },
    },
  ];
}

function write(sections: readonly string[]): void {
  const command = ['npm run simulate --', ...process.argv.slice(2)].join(' ');
  const cpuSeconds = Math.round((process.cpuUsage().user + process.cpuUsage().system) / 1e6);
  const date = new Date().toISOString().slice(0, 10);
  const head = `\`${command}\`, ${date}, ${cpuSeconds} s of one core. Node ${process.version}, ${machine()}.\n\n`;
  const marker = `written by npm run simulate -->`;
  replaceBetween(DOCUMENT, `<!-- simulate: ${marker}`, '<!-- simulate: end -->', head + sections.join(''));
}

function wholeNumber(name: string, value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new TypeError(`--${name} is ${value}\n\n${USAGE}`);
}
