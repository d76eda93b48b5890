import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compile as compileSvelte } from 'svelte/compiler';
import { describe, expect, test } from 'vitest';
import { compileScript, parse as parseVue } from 'vue/compiler-sfc';
import { codeBlocks } from './code-blocks.js';
import { compilerOptions, type Realm, realmOf } from './realm-of.js';

// Inside the project, so that `session-keeper` is this package's own build and the frameworks of the samples are found.
const FOLDER = 'test-results/docs-samples';
const LANGUAGES = ['ts', 'tsx', 'vue', 'svelte'];

const documents = [
  'README.md',
  ...(existsSync('docs') ? readdirSync('docs').map((name) => `docs/${name}`) : []),
].filter((path) => path.endsWith('.md'));
const samples = documents.flatMap((path) =>
  codeBlocks(readFileSync(path, 'utf8'))
    .filter(({ language }) => LANGUAGES.includes(language))
    .map(({ language, text, line }) => ({
      name: `${basename(path)}-${line}.${language}`,
      language,
      text,
      line,
    })),
);
const typed = samples.filter(({ language }) => language.startsWith('ts'));

describe('the samples of the documentation compile', () => {
  test.each(LANGUAGES)('there are some in %s', (each) => {
    expect(samples.filter(({ language }) => language === each).length).toBeGreaterThan(0);
  });

  test.each<Realm>(['page', 'worker', 'node'])('those of the %s', (realm) => {
    const folder = join(FOLDER, realm);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const { name, text, line } of typed.filter(({ text }) => realmOf(text) === realm)) {
      // As many empty lines in front as in the document: the compiler then names the document's own line.
      writeFileSync(join(folder, name), `${'\n'.repeat(line)}${text}\nexport {};\n`);
    }
    expect(compile(folder, realm)).toBe('');
  });

  test('the components of Vue', () => {
    for (const { name, text } of samples.filter(({ language }) => language === 'vue')) {
      const { descriptor, errors } = parseVue(text, { filename: name });
      expect(errors).toEqual([]);
      const { content } = compileScript(descriptor, { id: name, inlineTemplate: true });
      expect(content).toContain('createElementBlock');
    }
  });

  test('the components of Svelte', () => {
    for (const { name, text } of samples.filter(({ language }) => language === 'svelte')) {
      expect(compileSvelte(text, { filename: name }).warnings).toEqual([]);
    }
  });
});

function compile(folder: string, realm: Realm): string {
  const config = { compilerOptions: compilerOptions(realm), include: ['*.ts', '*.tsx'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  if (!readdirSync(folder).some((name) => /\.tsx?$/.test(name))) return '';
  const { stdout } = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder], {
    encoding: 'utf8',
  });
  return stdout;
}
