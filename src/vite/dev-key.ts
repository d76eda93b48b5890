import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SealKey } from '../server/options.js';

const KEY_ID = 'dev';
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/**
 * The key of the dev and preview server of this checkout, made on first use. It outlives a restart, so that what the
 * browser sealed stays readable, and it is where no version control looks.
 */
export async function devKey(root: string): Promise<SealKey> {
  const folder = join(root, 'node_modules', '.session-keeper');
  const file = join(folder, 'dev-key');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (SECRET.test(kept)) return { id: KEY_ID, secret: kept };

  const secret = randomBytes(32).toString('base64url');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(file, secret, { mode: 0o600 });
  return { id: KEY_ID, secret };
}
