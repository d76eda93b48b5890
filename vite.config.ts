import { readFileSync } from 'node:fs';
import { defineConfig } from 'vite';

const entries = [
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
  'doctor',
];
const languages = ['ar', 'de', 'es', 'fr', 'ja'].map((name) => `banner/languages/${name}`);
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));

/** The library's own build; the application that uses it brings and deduplicates the dependencies. */
export default defineConfig({
  publicDir: false,
  build: {
    lib: {
      entry: Object.fromEntries([...entries, ...languages].map((name) => [name, `src/${name}.ts`])),
      formats: ['es'],
    },
    target: 'es2022',
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      external: [
        /^node:/,
        'vite',
        'react',
        ...Object.keys(dependencies).map((name) => new RegExp(`^${name}(/|$)`)),
      ],
      // One file per module: no chunk can mix two realms, and a stack trace names the source's own file.
      output: { preserveModules: true, preserveModulesRoot: 'src', entryFileNames: '[name].js' },
    },
  },
});
