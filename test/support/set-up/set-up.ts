import { mkdirSync, writeFileSync } from 'node:fs';
import {
  type BrowserName,
  type BrowserRecord,
  type EngineName,
  type FoundBrowser,
  RECORD,
  recordedBrowsers,
} from '../browsers.js';
import { startEngine } from '../engines/start-engine.js';
import { WANTED } from './candidates.js';
import { isExecutable } from './executables.js';
import { installWithApt, installWithPlaywright } from './install.js';
import { isProgram, PROGRAM_NAMES, PROGRAMS, type ProgramName } from './programs.js';

type Name = BrowserName | ProgramName;

/** The ways to what is missing, each gone only for what the ones before it did not give. */
const INSTALLATIONS = [
  (missing: readonly Name[]) => installWithApt(missing.flatMap(aptPackagesOf)),
  (missing: readonly Name[]) => installWithPlaywright(missing.filter(isEngine)),
];

/**
 * @param names browsers, and programs that tests start beside them
 * @returns whether each browser starts that the tests need, and each program is there; else a person has been told what to install.
 */
export async function setUp(names: readonly string[]): Promise<boolean> {
  const wanted = names.filter((name) => isBrowser(name) || isProgram(name));
  if (wanted.length < names.length) {
    const known = [...Object.keys(WANTED), ...PROGRAM_NAMES];
    console.error(`set-up: of ${names.join(', ')} it knows only ${known.join(', ')}.`);
    return false;
  }
  const record: BrowserRecord = {};
  const refused = new Set<string>();
  await look(wanted, record, refused);
  for (const install of INSTALLATIONS) {
    const missing = missingIn(wanted, record);
    if (missing.length === 0) break;
    install(missing);
    await look(wanted, record, refused);
  }
  const others = Object.entries(recordedBrowsers()).filter(([name]) => !names.includes(name));
  mkdirSync(new URL('.', RECORD), { recursive: true });
  writeFileSync(RECORD, `${JSON.stringify({ ...Object.fromEntries(others), ...record }, null, 2)}\n`);
  for (const name of wanted) report(name, record);
  return missingIn(wanted, record).every(isOptional);
}

function missingIn(wanted: readonly Name[], record: BrowserRecord): Name[] {
  return wanted.filter((name) => !(isBrowser(name) ? record[name] : PROGRAMS[name].find()));
}

/** Starts the browsers that are there. What did not start is not tried again, unless an installation changed it. */
async function look(wanted: readonly Name[], record: BrowserRecord, refused: Set<string>): Promise<void> {
  for (const name of missingIn(wanted, record).filter(isBrowser)) {
    const found = await firstThatStarts(name, refused);
    if (found) record[name] = found;
  }
}

async function firstThatStarts(name: BrowserName, refused: Set<string>): Promise<FoundBrowser | undefined> {
  for (const { foundAs, browser } of WANTED[name].candidates()) {
    const key = JSON.stringify(browser);
    if (refused.has(key) || !isExecutable(browser.executablePath)) continue;
    try {
      const engine = await startEngine(WANTED[name].engine, browser);
      const { version } = engine;
      await engine.stop();
      return { ...browser, version, foundAs };
    } catch (error) {
      refused.add(key);
      console.warn(`set-up: ${browser.executablePath} does not start: ${String(error).split('\n')[0]}`);
    }
  }
  return undefined;
}

function report(name: Name, record: BrowserRecord): void {
  const apt = `  Debian, Ubuntu: sudo apt-get install ${aptPackagesOf(name).join(' ')}\n`;
  if (isProgram(name)) {
    const path = PROGRAMS[name].find();
    if (path) console.log(`set-up: ${name} at ${path}`);
    else console.error(`set-up: no ${name}. Install it:\n${apt}Then run the tests again.`);
    return;
  }
  const { title, hint, otherwise } = WANTED[name];
  const found = record[name];
  if (found) {
    console.log(`set-up: ${title} ${found.version} at ${found.executablePath} (${found.foundAs})`);
    return;
  }
  const install = `Install ${hint}:\n${apt}`;
  if (otherwise) {
    console.log(`set-up: no ${title}: ${otherwise}. ${install}`);
    return;
  }
  console.error(
    `set-up: no ${title} that starts. ${install}` +
      `  anywhere else:  npx playwright install --with-deps ${name}\n` +
      'Then run the tests again.',
  );
}

function isBrowser(name: string): name is BrowserName {
  return name in WANTED;
}

function isOptional(name: Name): boolean {
  return isBrowser(name) && WANTED[name].otherwise !== undefined;
}

/** One that Playwright has a build of. */
function isEngine(name: string): name is EngineName {
  return isBrowser(name) && WANTED[name].engine === name;
}

function aptPackagesOf(name: Name): readonly string[] {
  return isProgram(name) ? PROGRAMS[name].aptPackages : WANTED[name].aptPackages;
}
