import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { bundleSource } from '../../support/bundle-source.js';
import { type GroupResult, round } from '../results.js';

const WORTH: Readonly<Record<string, string>> = {
  oauth4webapi:
    'every OAuth message is made and checked by a library that is kept up to the RFCs and certified; written by hand it would be as large, and wrong somewhere',
  comlink:
    "the page's typed calls to the worker; the worker's end of its protocol is ten lines of our own, since an allow-list needs no more",
};

/** What an application's own modules write. */
const PAGE = "export * from './src/index.ts'";
const WORKER = "export { keepSession } from './src/worker.ts'";
const workerWith = (name: string) => `export { keepSession, ${name} } from './src/worker.ts'`;
/** What a worker has only if it imports it. */
const OPTIONAL = ['limits', 'silentFrame', 'telemetry', 'serverEvents', 'stepUp'];
const BANNER = "import './src/banner.ts'";

/** What `.size-limit.json` calls them; the gate in CI and this goal are one measurement. */
const GATES = [
  { start: 'page, ', what: 'page entry, kB', atMost: 4 },
  { start: 'worker', what: 'worker, kB', atMost: 28 },
  { start: 'banner', what: 'banner, kB', atMost: 6 },
  { start: 'React', what: 'React entry without React, kB', atMost: 0.5 },
] as const;

/** 7. What a browser has to load, and which part of it is whose. */
export async function sizes(): Promise<GroupResult> {
  const gates = gateSizes();
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const page = await sizeOf(PAGE);
  const worker = await sizeOf(WORKER);
  const banner = await sizeOf(BANNER);
  const optional = await Promise.all(
    OPTIONAL.map(async (name) => `\`${name}\` ${kilobytes((await sizeOf(workerWith(name))) - worker)} kB`),
  );
  const rows = await Promise.all(
    Object.keys(dependencies).map(async (name) => [
      name,
      ...[page - (await sizeOf(PAGE, name)), worker - (await sizeOf(WORKER, name))].map((bytes) =>
        kilobytes(Math.max(bytes, 0)),
      ),
      WORTH[name] ?? '',
    ]),
  );
  return {
    title: 'Sizes, minified and gzipped',
    columns: ['part', 'page kB', 'worker kB', 'why it is worth it'],
    rows: [
      [
        'everything',
        kilobytes(page),
        kilobytes(worker),
        `if used, the banner is ${kilobytes(banner)} kB more in the page; in the worker ${optional.join(', ')}`,
      ],
      ...rows,
    ],
    goals: GATES.map(({ start, what, atMost }) => ({
      what,
      value: (gates.find(({ name }) => name.startsWith(start))?.size ?? Number.NaN) / 1000,
      bound: { atMost },
    })),
    notes: [
      "The table is what Vite makes of it; a dependency's size is what the bundle loses without it. The goals are `npm run size`.",
    ],
  };
}

/** `npm run size`, on a fresh build. */
function gateSizes(): { readonly name: string; readonly size: number }[] {
  const run = (script: string, ...more: string[]) =>
    execFileSync('npm', ['run', '--silent', script, ...more], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  run('build');
  return JSON.parse(run('size', '--', '--json'));
}

/** The bytes of a module, without the chunk that a page fetches while its worker starts, and without this dependency. */
async function sizeOf(source: string, without?: string): Promise<number> {
  const external = [/page-services\.js$/, ...(without === undefined ? [] : [new RegExp(`^${without}(/|$)`)])];
  const code = await bundleSource(source, { external });
  return gzipSync(code, { level: 9 }).length;
}

function kilobytes(bytes: number): string {
  return round(bytes / 1000);
}
