import { expect, inject, test } from 'vitest';

const { files } = inject('packed');

test('the package holds its build and the six files that go with it, nothing else', () => {
  expect(files.filter((file) => !file.startsWith('dist/')).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'package.json',
    'policy.schema.json',
  ]);
});

test.each([
  'index',
  'worker',
  'server',
  'vite',
  'banner',
  'react',
  'telemetry',
  'otlp',
  'audit',
  'adopt',
  'drafts',
  'rollout',
])('%s is there with its types', (entry) => {
  expect(files).toContain(`dist/${entry}.js`);
  expect(files).toContain(`dist/types/${entry}.d.ts`);
});

test.each(['ar', 'de', 'es', 'fr', 'ja'])('the banner is there in %s', (language) => {
  expect(files).toContain(`dist/banner/languages/${language}.js`);
  expect(files).toContain(`dist/types/banner/languages/${language}.d.ts`);
});

test('the build is of scripts, their maps and their types', () => {
  const strange = files.filter((file) => file.startsWith('dist/') && !/\.(js|js\.map|d\.ts)$/.test(file));
  expect(strange).toEqual([]);
});
