import { mkdirSync, writeFileSync } from 'node:fs';
import type { Reporter } from 'vitest/node';

const FOLDER = 'test-results';

/** Writes down what failed outside of any test. It fails the run, and Vitest's JSON says nothing of it. */
export const unhandledErrors: Reporter = {
  onTestRunEnd(_, errors) {
    mkdirSync(FOLDER, { recursive: true });
    const messages = errors.map(({ message, stack }) => stack ?? message);
    writeFileSync(`${FOLDER}/vitest-unhandled.json`, JSON.stringify(messages));
  },
};
