import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { codeBlocks } from './code-blocks.js';
import { compilerOptions, type Realm, realmOf } from './realm-of.js';

// Inside the project, so that `session-keeper` is this package's own build and the frameworks of the samples are found.
const FOLDER = 'test-results/docs-samples';

const documents = [
  'README.md',
  ...(existsSync('docs') ? readdirSync('docs').map((name) => `docs/${name}`) : []),
].filter((path) => path.endsWith('.md'));
const samples = documents.flatMap((path) =>
  codeBlocks(readFileSync(path, 'utf8'))
    .filter(({ language }) => language === 'ts')
    .map(({ text, line }) => ({ name: `${basename(path)}-${line}.ts`, text, line, realm: realmOf(text) })),
);

describe('the samples of the documentation compile', () => {
  test('there are some', () => {
    expect(samples.length).toBeGreaterThan(0);
  });

  test.each<Realm>(['page', 'worker', 'node'])('those of the %s', (realm) => {
    const folder = join(FOLDER, realm);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { name, text, line } of samples.filter((sample) => sample.realm === realm)) {
      // As many empty lines in front as in the document: the compiler then names the document's own line.
      writeFileSync(join(folder, name), `${'\n'.repeat(line)}${text}\nexport {};\n`);
    }
    expect(compile(folder, realm)).toBe('');
  });
});

function compile(folder: string, realm: Realm): string {
  const config = { compilerOptions: compilerOptions(realm), include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  if (!readdirSync(folder).some((name) => name.endsWith('.ts'))) return '';
  const { stdout } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder], {
    encoding: 'utf8',
  });
  return stdout;
}
