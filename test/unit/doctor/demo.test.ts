import { afterAll, beforeAll, expect, it } from 'vitest';
import { type System, startSystem } from '../../../demo/system.js';
import { readArguments } from '../../../src/doctor/arguments.js';
import { examine } from '../../../src/doctor/examine.js';
import { main } from '../../../src/doctor/main.js';
import { networkProbe } from '../../../src/doctor/probe.js';
import { ANY_PORTS } from '../demo/person.js';

const SEAL_KEYS = [{ id: 'test', secret: Buffer.alloc(32, 7).toString('base64url') }];

let system: System;

beforeAll(async () => {
  system = await startSystem({ ports: ANY_PORTS, sealKeys: SEAL_KEYS, refreshTokens: 'dpop' });
});
afterAll(() => system.stop());

it('finds the order desk in order, on http://localhost, with nothing but its URL', async () => {
  const findings = await examine(readArguments(['doctor', `${system.app.origin}/`]), networkProbe);
  expect(findings.filter(({ result }) => result !== 'ok')).toEqual([]);
  expect(findings.length).toBeGreaterThan(40);
}, 30_000);

it('prints a line for each check and their number, and ends with 0', async () => {
  const printed: string[] = [];
  expect(await main(['doctor', system.app.origin], (text) => printed.push(text))).toBe(0);
  const lines = printed.join('\n').split('\n');
  const total = lines.filter((line) => line.startsWith('ok    ')).length;
  expect(lines.at(-1)).toBe(`${total} checks: ${total} ok, 0 warn, 0 FAIL`);
}, 30_000);

it('ends with 1 when a check fails, and says as JSON what is wrong and how to mend it', async () => {
  const printed: string[] = [];
  const other = ['--issuer', `${system.authorizationServer.issuer}/other`, '--json'];
  expect(await main(['doctor', system.app.origin, ...other], (text) => printed.push(text))).toBe(1);
  const { failed, findings } = JSON.parse(printed.join(''));
  expect(failed).toBeGreaterThan(0);
  expect(findings.find(({ name }: { name: string }) => name === 'as-metadata')).toMatchObject({
    result: 'fail',
    what: expect.stringContaining('/other publishes no metadata'),
    mend: expect.stringContaining('--issuer'),
    page: expect.stringContaining('docs/'),
  });
}, 30_000);
