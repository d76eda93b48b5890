import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A server key that this browser's secret is derived from. */
export interface SealKey {
  readonly id: string;
  /** 32 bytes or more, base64url. */
  readonly secret: string;
}

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/session-keeper-demo/', import.meta.url));

/**
 * The demonstration's key: random per machine, and kept, so that a restarted demo opens the sessions of before.
 * A real server takes its keys from where it keeps its other secrets.
 */
export async function machineSealKey(): Promise<SealKey> {
  const file = join(CACHE, 'seal-key');
  await mkdir(CACHE, { recursive: true });
  const fresh = randomBytes(32).toString('base64url');
  // `wx`: of two demos that start at once, one writes and both read the same.
  await writeFile(file, fresh, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return { id: 'demo', secret: await readFile(file, 'utf8') };
}
