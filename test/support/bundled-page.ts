import { build } from 'vite';

/** The script of a page that is not the demonstration's, with all that it imports. */
export async function bundledPage(entry: string): Promise<Buffer> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry, formats: ['es'], fileName: 'page' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const [output] = [result].flat();
  if (!output || !('output' in output)) throw new Error(`${entry} was built into nothing`);
  return Buffer.from(output.output[0].code);
}
