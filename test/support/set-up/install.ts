import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EngineName } from '../browsers.js';
import { firstExecutable, isRoot, onSearchPath } from './executables.js';

const PLAYWRIGHT_CLI = fileURLToPath(
  new URL('../../../node_modules/@playwright/test/cli.js', import.meta.url),
);
const INSTALL_TIMEOUT_MS = 600_000;

/** Installs Debian's packages in one call, where that is possible: for root, and for packages that apt knows. */
export function installWithApt(packages: readonly string[]): void {
  if (packages.length === 0 || !isRoot || !firstExecutable(onSearchPath(['apt-get']))) return;
  run('apt-get', ['update']);
  // One unknown name would keep the others from being installed.
  const known = packages.filter((name) => succeeds('apt-cache', ['show', name]));
  if (known.length > 0) run('apt-get', ['install', '-y', '--no-install-recommends', ...known]);
}

/** Downloads Playwright's own builds. */
export function installWithPlaywright(names: readonly EngineName[]): void {
  if (names.length === 0) return;
  run(process.execPath, [PLAYWRIGHT_CLI, 'install', '--no-shell', ...names]);
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function run(command: string, args: readonly string[]): void {
  console.log(`set-up: ${command} ${args.join(' ')}`);
  spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: INSTALL_TIMEOUT_MS,
    // Where the downloads are out of reach, nobody should have to wait for minutes to be told so.
    env: {
      PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '10000',
      ...process.env,
      DEBIAN_FRONTEND: 'noninteractive',
    },
  });
}
