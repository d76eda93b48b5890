import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type System, startSystem } from '../../demo/system.js';
import { ConsumerProject } from './consumer-project.js';

const run = promisify(execFile);
const project = new ConsumerProject(new Map());
let system: System;

beforeAll(async () => {
  system = await startSystem({
    ports: { app: 0, api: 0, authorizationServer: 0 },
    refreshTokens: 'dpop',
    sealKeys: [{ id: 'test', secret: 'A'.repeat(43) }],
  });
  await project.install(inject('packed').tarball);
});
afterAll(() => Promise.all([project.remove(), system.stop()]));

test('the command of the packed package finds the order desk in order', async () => {
  const { stdout } = await npx('doctor', system.app.origin);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^(\d+) checks: \1 ok, 0 warn, 0 FAIL$/);
});

test('it ends with 1 when a check fails, and with 2 when it cannot begin', async () => {
  const other = ['--issuer', system.app.origin];
  await expect(npx('doctor', system.app.origin, ...other)).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('FAIL  as-own-origin'),
  });
  await expect(npx('heal')).rejects.toMatchObject({ code: 2 });
});

function npx(...args: string[]) {
  return run('npx', ['--no-install', 'session-keeper', ...args], {
    cwd: project.folder,
    shell: process.platform === 'win32',
  });
}
