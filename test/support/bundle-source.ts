import { resolve } from 'node:path';
import { build, type Rolldown } from 'vite';
import { writtenModule } from './written-module.js';

/**
 * What an application has of a module that is written here: minified, as Vite makes it for production.
 *
 * @param output how it is put together; what is left out of it
 */
export async function bundleSource(
  source: string,
  { external, ...output }: Pick<Rolldown.OutputOptions, 'codeSplitting'> & { readonly external?: RegExp[] },
): Promise<string> {
  const entry = resolve('entry.ts');
  const result = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [writtenModule(entry, source)],
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: entry,
        preserveEntrySignatures: 'strict',
        output: { format: 'es', ...output },
        ...(external && { external }),
      },
    },
  });
  const files = [result].flat().flatMap((each) => ('output' in each ? each.output : []));
  const chunk = files.find((file): file is Rolldown.OutputChunk => file.type === 'chunk' && file.isEntry);
  if (!chunk) throw new Error(`${source} was built into nothing`);
  return chunk.code;
}
