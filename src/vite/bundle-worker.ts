import { isAbsolute } from 'node:path';
import {
  build,
  type InlineConfig,
  type Plugin,
  type PluginOption,
  parseSync,
  type ResolvedConfig,
  type Rolldown,
  Visitor,
} from 'vite';

export interface WorkerBundle {
  /** One classic script. */
  readonly code: string;
  /** Absolute paths of the files that it was made from. */
  readonly files: readonly string[];
}

export interface WorkerEntry {
  /** The app's configuration. */
  readonly config: ResolvedConfig;
  /** The absolute path of the worker's source. */
  readonly source: string;
  /** The app's `worker.plugins`: Vite runs no other plugins in bundles for workers either. */
  readonly plugins: () => PluginOption[];
}

/**
 * Bundles the worker to one classic script. Engines fetch a module's imports, `importScripts` and other chunks with
 * headers that the sealed script does not answer, so nothing of the kind may be left in it.
 *
 * @throws Error when the worker does not fit in one classic script.
 */
export async function bundleWorker(entry: WorkerEntry): Promise<WorkerBundle> {
  const files = new Set<string>();
  const result = await build(nestedConfig(entry, collectFiles(files)));
  const [first] = [result].flat();
  const output = first !== undefined && 'output' in first ? first.output : [];
  return { code: soleScript(output, entry.source), files: [...files] };
}

/** Of the app's configuration, what gives the code its meaning: definitions, environment, resolution, target. */
function nestedConfig({ config, source, plugins }: WorkerEntry, collect: Plugin): InlineConfig {
  const { root, mode, base, define, envDir, envPrefix, resolve, build: app } = config;
  return {
    configFile: false,
    root,
    mode,
    base,
    envDir,
    resolve,
    logLevel: 'warn',
    publicDir: false,
    plugins: [plugins(), collect],
    // Library mode spares a worker the preloading of chunks, and leaves this one definition to us.
    define: {
      'process.env.NODE_ENV': JSON.stringify(config.isProduction ? 'production' : 'development'),
      ...define,
    },
    ...(envPrefix === undefined ? {} : { envPrefix }),
    build: {
      write: false,
      target: app.target,
      minify: config.command === 'build' && app.minify,
      reportCompressedSize: false,
      lib: {
        entry: source,
        formats: ['iife'],
        name: 'serviceWorker',
        fileName: () => 'service-worker.js',
        cssFileName: 'service-worker',
      },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  };
}

/** Also modules that leave nothing in the output, since a change may make them matter. */
function collectFiles(files: Set<string>): Plugin {
  return {
    name: 'session-keeper:worker-files',
    buildEnd() {
      for (const id of this.getModuleIds()) {
        const [file = ''] = id.split('?');
        if (isAbsolute(file)) files.add(file);
      }
    },
  };
}

type Output = readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[];

function soleScript(output: Output, source: string): string {
  const [script, ...more] = output;
  if (script?.type !== 'chunk' || more.length > 0) {
    const names = output.map(({ fileName }) => fileName).join(', ');
    throw new Error(
      `session-keeper: the worker ${source} has to be one script, and gave ${names || 'nothing'}`,
    );
  }
  const imports = [...script.imports, ...loadedScripts(script)];
  if (imports.length > 0) {
    throw new Error(
      `session-keeper: the worker ${source} still loads ${imports.join(', ')}; bundle it instead`,
    );
  }
  return script.code;
}

/** What a script may load at run time and no bundler resolves; without arguments the call only tells a classic worker. */
function loadedScripts({ fileName, code }: Rolldown.OutputChunk): string[] {
  const found: string[] = [];
  const note = ({ start, end }: { start: number; end: number }) => found.push(code.slice(start, end));
  new Visitor({
    ImportExpression: note,
    CallExpression(node) {
      const { callee } = node;
      if (node.arguments.length === 0) return;
      const called = callee.type === 'MemberExpression' ? callee.property : callee;
      if (called.type === 'Identifier' && called.name === 'importScripts') note(node);
    },
  }).visit(parseSync(fileName, code).program);
  return found;
}
