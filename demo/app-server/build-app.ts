import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig, type Plugin } from 'vite';
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

/** Stands in the scripts for the values of a start. */
const VALUES = '__DEMO__';
/** Stands in the names of the page's files, which browsers keep for ever: other values, other names. */
const VERSION = '__VERSION__';

interface Bundled {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** By what was bundled. */
const bundled = new Map<string, Promise<Bundled[]>>();

/**
 * Builds the page and its worker from source, the library's included, in memory. A process does that once, since the values
 * are written in afterwards; a worker with plugins is built each time.
 */
export async function buildApp(
  values: DemoValues,
  workerSource = join(APP, 'service-worker.ts'),
  workerPlugins: readonly Plugin[] = [],
): Promise<BuiltApp> {
  const pages = ['index.html', ...(values.controlRoom ? ['control-room.html'] : [])];
  const [page, [worker], publicFiles] = await Promise.all([
    once(pages.join(), () => bundlePages(pages)),
    workerPlugins.length > 0
      ? bundleWorker(workerSource, workerPlugins)
      : once(workerSource, () => bundleWorker(workerSource)),
    readPublicFiles(),
  ]);
  if (!worker) throw new Error('the worker was built into nothing');
  const written = `(${JSON.stringify(values)})`;
  const version = createHash('sha256').update(written).digest('base64url').slice(0, 8);
  const complete = (text: string) => text.replaceAll(VALUES, () => written).replaceAll(VERSION, version);
  const pageFiles = page.map(({ name, content }): [string, Buffer] => [
    `/${complete(name)}`,
    typeof content === 'string' ? Buffer.from(complete(content)) : Buffer.from(content),
  ]);
  return { files: new Map([...publicFiles, ...pageFiles]), workerScript: complete(String(worker.content)) };
}

/** Stands in where only the servers are wanted. */
export async function noApp(): Promise<BuiltApp> {
  return { files: new Map(), workerScript: '' };
}

function once(key: string, bundleIt: () => Promise<Bundled[]>): Promise<Bundled[]> {
  const known = bundled.get(key) ?? bundleIt();
  bundled.set(key, known);
  return known;
}

function bundlePages(names: readonly string[]): Promise<Bundled[]> {
  const input = names.map((name) => join(APP, name));
  return bundle({
    build: { assetsDir: `assets/${VERSION}`, assetsInlineLimit: 0, rolldownOptions: { input } },
  });
}

function bundleWorker(source: string, plugins: readonly Plugin[] = []): Promise<Bundled[]> {
  return bundle({
    plugins: [...plugins],
    build: { lib: { entry: source, formats: ['iife'], name: 'worker' } },
  });
}

async function bundle(config: InlineConfig): Promise<Bundled[]> {
  const result = await build({
    root: APP,
    configFile: false,
    publicDir: false,
    mode: 'production',
    logLevel: 'error',
    resolve: { alias: SOURCES },
    define: { 'process.env.NODE_ENV': JSON.stringify('production') },
    ...config,
    build: { target: 'es2022', write: false, ...config.build },
  });
  if (!Array.isArray(result) && !('output' in result)) throw new Error('a build that watches has no output');
  return [result]
    .flat()
    .flatMap(({ output }) => output)
    .map((file) => ({ name: file.fileName, content: file.type === 'chunk' ? file.code : file.source }));
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
