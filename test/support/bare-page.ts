import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ENTRY = fileURLToPath(new URL('./bare-page-entry.ts', import.meta.url));

let bundling: Promise<[string, Buffer][]> | undefined;

/** A bare page with a script in front of all others: to be laid over `files` under a path like `/front.html`. */
export async function pageWith(path: string, script: string): Promise<Map<string, Buffer>> {
  const scriptPath = `${path}.front.js`;
  return new Map([
    ...(await barePage()),
    [
      path,
      Buffer.from(
        `<!doctype html><title>front</title><script src="${scriptPath}"></script><script type="module" src="/bare.js"></script>`,
      ),
    ],
    [scriptPath, Buffer.from(script)],
  ]);
}

/** A page that only registers the keeper: for tests with many tabs, and for those that write the page's code themselves. */
export async function barePage(): Promise<Map<string, Buffer>> {
  bundling ??= bundle();
  return new Map([
    [
      '/bare.html',
      Buffer.from('<!doctype html><title>bare</title><script type="module" src="/bare.js"></script>'),
    ],
    ...(await bundling),
  ]);
}

async function bundle(): Promise<[string, Buffer][]> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, target: 'es2022', lib: { entry: ENTRY, formats: ['es'], fileName: 'bare' } },
  });
  const [output] = [result].flat();
  if (!output || !('output' in output)) throw new Error('the bare page was built into nothing');
  return output.output.flatMap((file) =>
    file.type === 'chunk' ? [[`/${file.fileName}`, Buffer.from(file.code)] satisfies [string, Buffer]] : [],
  );
}
