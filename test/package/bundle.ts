import { relative, resolve } from 'node:path';
import { build, type Rolldown } from 'vite';
import { writtenModule } from '../support/written-module.js';

/** What an application's bundler makes of the built package and all its dependencies. */
export interface Bundle {
  readonly code: string;
  /** Paths from the project's root, with forward slashes. */
  readonly modules: readonly string[];
}

/** A whole entry. */
export function bundleEntry(entry: string): Promise<Bundle> {
  return bundle(resolve(`dist/${entry}.js`));
}

/** What a module takes that imports these names from an entry. */
export function bundleNames(entry: string, names: readonly string[]): Promise<Bundle> {
  return bundle(resolve('bundled.js'), `export { ${names.join(', ')} } from './dist/${entry}.js';`);
}

/** @param source in place of what is in the file */
async function bundle(file: string, source?: string): Promise<Bundle> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [writtenModule(file, source)],
    build: { write: false, lib: { entry: file, formats: ['es'], fileName: 'bundled' } },
  });
  const [output] = [built].flat() as Rolldown.RolldownOutput[];
  const files: (Rolldown.OutputChunk | Rolldown.OutputAsset)[] = output?.output ?? [];
  const chunks = files.filter((file) => file.type === 'chunk');
  return {
    code: chunks.map(({ code }) => code).join('\n'),
    modules: chunks
      .flatMap(({ moduleIds }) => moduleIds)
      // The bundler's own, which stand in no file.
      .filter((id) => !id.startsWith('\0'))
      .map((id) => relative('.', id).replaceAll('\\', '/')),
  };
}
