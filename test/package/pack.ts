import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed package, and the paths in it. */
    packed: { readonly tarball: string; readonly files: readonly string[] };
  }
}

const folder = mkdtempSync(join(tmpdir(), 'session-keeper-'));

/** Builds and packs the package once, for all tests that look at what a user gets. */
export function setup(project: TestProject): void {
  npm('run', 'build');
  const report = npm('pack', '--json', '--ignore-scripts', '--pack-destination', folder);
  const [packed] = JSON.parse(report);
  project.provide('packed', {
    tarball: join(folder, packed.filename),
    files: packed.files.map(({ path }: { path: string }) => path),
  });
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true });
}

function npm(...args: string[]): string {
  // Windows' npm is a command file, which only a shell starts.
  return execFileSync('npm', args, {
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
