import { bundleSource } from '../support/bundle-source.js';

const PAGES = './test/compare/pages';

/** The page of a comparison: one script with all that the library needs. */
export function pageScript(name: string): Promise<string> {
  return inOnePiece(`import { start } from '${PAGES}/${name}.ts';
    import { runPage } from '${PAGES}/page.ts';
    await runPage(start);`);
}

/** The same application, without what only the comparison needs: what is loaded because of the library. */
export function minimalApp(name: string): Promise<string> {
  return inOnePiece(`export { start } from '${PAGES}/${name}.ts';`);
}

function inOnePiece(source: string): Promise<string> {
  return bundleSource(source, { codeSplitting: false });
}
