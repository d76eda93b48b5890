import { readFile } from 'node:fs/promises';
import type { PolicyDocument } from '../../src/server.js';

const FILE = new URL('policy.json', import.meta.url);

/** Read for each request: whoever changes the file while the demonstration runs, and raises its version, sees it take effect. */
export async function policyFile(): Promise<PolicyDocument> {
  return JSON.parse(await readFile(FILE, 'utf8'));
}
