import { tsImport } from 'tsx/esm/api';

// Finds the browsers that the tests run in, or installs them, and records them for browsers.ts. What is wanted (chromium, headless-shell,
// firefox, webkit, nginx, redis) are its arguments; Chromium, if there are none. headless-shell, Chromium's smaller build, may be missing.
const { setUp } = await tsImport('./set-up/set-up.ts', import.meta.url);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : ['chromium'];
process.exitCode = (await setUp(wanted)) ? 0 : 1;
