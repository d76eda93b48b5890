import { parseArgs } from 'node:util';
import { circumstances } from '../bench/report.js';
import { type BusyRuns, type Column, type Tell, takeBusyRuns, takeFaultRuns } from './column.js';
import { type Result, titles, writeDocuments, writeResults } from './document.js';
import { LIBRARIES, type Library } from './libraries.js';
import { type ComparePlan, FULL, SMOKE } from './plan.js';
import { brokenPromises } from './promises.js';
import { Stage } from './stage.js';

const USAGE = `npm run compare -- [--smoke] [--seconds N] [--libraries NAME,NAME…]

  --smoke      few tabs and seconds, to see that everything works; the documentation is left alone
  --seconds    how long the tabs of the first run call the API; ${FULL.tabsSeconds} if left out
  --libraries  only these of ${LIBRARIES.map(({ name }) => name).join(', ')}; the documentation is left alone
`;

const startedAt = performance.now();
const { values } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    libraries: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else process.exitCode = (await run()) ? 0 : 1;

async function run(): Promise<boolean> {
  const plan: ComparePlan = {
    ...(values.smoke ? SMOKE : FULL),
    ...(values.seconds !== undefined && { tabsSeconds: wholeSeconds(values.seconds) }),
  };
  const stages: Stage[] = [];
  try {
    for (const library of values.libraries?.split(',').map(libraryNamed) ?? LIBRARIES)
      stages.push(await Stage.start(library, plan.accessTokenSeconds));
    return await compare(stages, plan);
  } finally {
    await Promise.all(stages.map((stage) => stage.close()));
  }
}

/** @returns whether session-keeper kept what it promises */
async function compare(stages: readonly Stage[], plan: ComparePlan): Promise<boolean> {
  const tell = tellWith(titles(plan));
  const busy: BusyRuns[] = [];
  for (const stage of stages) busy.push(await takeBusyRuns(stage, plan, tell));
  const faults = await Promise.all(stages.map((stage) => takeFaultRuns(stage, plan, tell)));
  const results = stages.map(({ library }, at): Result => {
    const column = { ...busy[at], ...faults[at] } as Column;
    return { library, column };
  });
  const command = ['npm run compare', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])];
  const around = circumstances(command.join(' '), `chromium ${stages[0]?.browserVersion}`, startedAt);
  writeResults(around, plan, results);
  // Part of a run, or a short one, is not what the documentation says it is.
  if (!values.smoke && values.libraries === undefined) writeDocuments(around, plan, results);
  return kept(results);
}

function kept(results: readonly Result[]): boolean {
  const own = results.find(({ library }) => library.name === 'session-keeper');
  if (!own) return true;
  const broken = brokenPromises(own.column);
  for (const row of broken) console.log(`BROKEN session-keeper, ${row}: ${own.column[row].text}`);
  return broken.length === 0;
}

function tellWith(names: ReturnType<typeof titles>): Tell {
  return (library, row, { text }) => {
    const at = Math.round((performance.now() - startedAt) / 1000);
    console.log(`${String(at).padStart(4)} s  ${library}: ${names[row]}: ${text}`);
  };
}

function libraryNamed(name: string): Library {
  const found = LIBRARIES.find((library) => library.name === name);
  if (!found) throw new TypeError(`--libraries names ${name}\n\n${USAGE}`);
  return found;
}

function wholeSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds > 0) return seconds;
  throw new TypeError(`--seconds is ${text}\n\n${USAGE}`);
}
