import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig, type Plugin, type Rolldown } from 'vite';
import type { DemoValues } from '../app/demo-values.js';
import type { StaticFiles } from './static-files.js';

export interface BuiltApp {
  readonly files: StaticFiles;
  /** One classic script. */
  readonly workerScript: string;
}

const path = (relativePath: string) => fileURLToPath(new URL(relativePath, import.meta.url));
const APP = path('../app');
const PUBLIC = path('../../public');

/** Builds the page and its worker from source, the library's included, in memory. */
export async function buildApp(
  values: DemoValues,
  workerSource = join(APP, 'service-worker.ts'),
  workerPlugins: readonly Plugin[] = [],
): Promise<BuiltApp> {
  const [page, worker, publicFiles] = await Promise.all([
    bundle(values, { build: { assetsInlineLimit: 0, rolldownOptions: { input: pages(values) } } }),
    bundle(values, {
      plugins: [...workerPlugins],
      build: { lib: { entry: workerSource, formats: ['iife'], name: 'worker' } },
    }),
    readPublicFiles(),
  ]);
  const workerChunk = worker.find((file) => file.type === 'chunk');
  if (!workerChunk) throw new Error('the worker was built into nothing');
  const pageFiles = page.map((file): [string, Buffer] => [
    `/${file.fileName}`,
    Buffer.from(file.type === 'chunk' ? file.code : file.source),
  ]);
  return { files: new Map([...publicFiles, ...pageFiles]), workerScript: workerChunk.code };
}

const pages = ({ controlRoom }: DemoValues) =>
  ['index.html', ...(controlRoom ? ['control-room.html'] : [])].map((name) => join(APP, name));

/** Stands in where only the servers are wanted. */
export async function noApp(): Promise<BuiltApp> {
  return { files: new Map(), workerScript: '' };
}

async function bundle(
  values: DemoValues,
  config: InlineConfig,
): Promise<Rolldown.RolldownOutput['output'][number][]> {
  const result = await build({
    root: APP,
    configFile: false,
    publicDir: false,
    mode: 'production',
    logLevel: 'error',
    resolve: { alias: SOURCES },
    define: {
      __DEMO__: JSON.stringify(values),
      'process.env.NODE_ENV': JSON.stringify('production'),
    },
    ...config,
    build: { target: 'es2022', write: false, ...config.build },
  });
  if (!Array.isArray(result) && !('output' in result)) throw new Error('a build that watches has no output');
  return [result].flat().flatMap(({ output }) => output);
}

/** The package's names, as a consumer writes them, lead to its sources. */
const SOURCES = [
  { find: /^session-keeper$/, replacement: path('../../src/index.ts') },
  {
    find: /^session-keeper\/(worker|otlp|banner|telemetry|drafts)$/,
    replacement: `${path('../../src')}/$1.ts`,
  },
];

async function readPublicFiles(): Promise<[string, Buffer][]> {
  const entries = await readdir(PUBLIC, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    names.map(async (name) => [`/${relative(PUBLIC, name).split(sep).join('/')}`, await readFile(name)]),
  );
}
