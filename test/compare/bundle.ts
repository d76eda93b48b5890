import { resolve } from 'node:path';
import { build } from 'vite';

const PAGES = './test/compare/pages';

/** The page of a comparison: one script with all that the library needs. */
export function pageScript(name: string): Promise<string> {
  return bundle(`import { start } from '${PAGES}/${name}.ts';
    import { runPage } from '${PAGES}/page.ts';
    await runPage(start);`);
}

/** The same application, without what only the comparison needs: what is loaded because of the library. */
export function minimalApp(name: string): Promise<string> {
  return bundle(`export { start } from '${PAGES}/${name}.ts';`);
}

/** Minified, in one piece. */
async function bundle(source: string): Promise<string> {
  const entry = resolve('compared.ts');
  const result = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [
      {
        name: 'source',
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? source : undefined),
      },
    ],
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: entry,
        preserveEntrySignatures: 'strict',
        output: { format: 'es', codeSplitting: false },
      },
    },
  });
  const [output] = [result].flat();
  if (!output || !('output' in output)) throw new Error('a page was built into nothing');
  return output.output[0].code;
}
