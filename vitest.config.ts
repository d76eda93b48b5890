import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { unhandledErrors } from './test/support/unhandled-errors.js';

const source = (entry: string) => fileURLToPath(new URL(`src/${entry}.ts`, import.meta.url));

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: 'test-results/vitest.json' }], unhandledErrors],
    projects: [
      {
        resolve: {
          alias: [
            { find: /^session-keeper$/, replacement: source('index') },
            {
              find: /^session-keeper\/(worker|server|vite|banner|react|telemetry|otlp|audit|drafts|rollout)$/,
              replacement: source('$1'),
            },
          ],
        },
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'] },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: 'test/package/pack.ts',
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
