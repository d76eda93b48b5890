import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../../../src/doctor/arguments.js';
import { ALL_CHECKS } from '../../../src/doctor/checks/all.js';
import { examine } from '../../../src/doctor/examine.js';
import { type Answer, networkProbe, type Probe } from '../../../src/doctor/probe.js';
import { deploy } from './deployment.js';
import { CASES, REDIRECT } from './fault-cases.js';

/** These two need another scheme than the test's server has. */
const ELSEWHERE = ['origin-secure', 'transport-security'];

describe('each check fails for its own cause, and for nothing else', () => {
  it('there is a fault for every check', () => {
    expect([...Object.keys(CASES), ...ELSEWHERE].sort()).toEqual(ALL_CHECKS.map(({ name }) => name).sort());
  });

  it('a sound deployment passes all', async () => {
    await using deployed = await deploy();
    const findings = await examine(readArguments(['doctor', deployed.url]), networkProbe);
    expect(findings.filter(({ result }) => result !== 'ok')).toEqual([]);
  });

  it.each(Object.entries(CASES))(
    '%s',
    async (name, { options, mentions, result = 'fail', also = [], ...faults }) => {
      await using deployed = await deploy(faults);
      const args = ['doctor', deployed.url, ...(options?.(deployed) ?? [])];
      const findings = (await examine(readArguments(args), networkProbe)).filter(
        ({ result }) => result !== 'ok',
      );
      expect(findings.find((finding) => finding.name === name)).toMatchObject({
        result,
        what: expect.stringMatching(mentions),
      });
      if (!DEPENDENT[name])
        expect(findings.map((finding) => finding.name).sort()).toEqual([name, ...also].sort());
    },
  );
});

/** Without its cookie or its script nothing that needs them can be well. */
const DEPENDENT: Readonly<Record<string, true>> = { 'cookie-minted': true, 'worker-served': true };

describe('over https and elsewhere', () => {
  it('asks for HSTS over https', async () => {
    await using deployed = await deploy();
    const seen = await named('transport-security', deployed.url, 'https://orders.example.com/', {});
    expect(seen).toMatchObject({ result: 'warn', what: expect.stringContaining('HSTS') });
    const kept = { 'strict-transport-security': 'max-age=31536000' };
    expect(
      await named('transport-security', deployed.url, 'https://orders.example.com/', kept),
    ).toMatchObject({ result: 'ok' });
  });

  it('refuses plain http off this machine', async () => {
    await using deployed = await deploy();
    expect(await named('origin-secure', deployed.url, 'http://orders.example.com/', {})).toMatchObject({
      result: 'fail',
    });
  });

  async function named(name: string, real: string, seenAs: string, added: Readonly<Record<string, string>>) {
    const here = new URL(real).origin;
    const there = new URL(seenAs).origin;
    const probe: Probe = {
      ask: async (url, ask) => {
        const answer: Answer = await networkProbe.ask(new URL(url.href.replace(there, here)), ask);
        for (const [header, value] of Object.entries(added)) answer.headers.set(header, value);
        return answer;
      },
      askBroken: (url) => networkProbe.askBroken(new URL(url.href.replace(there, here))),
    };
    const given = ['--issuer', 'http://localhost:1', '--redirect-path', REDIRECT];
    const findings = await examine(readArguments(['doctor', seenAs, ...given]), probe);
    return findings.find((finding) => finding.name === name);
  }
});

describe('what it cannot begin with is told plainly', () => {
  it.each([
    [['heal', 'http://localhost'], /there is: doctor/],
    [['doctor'], /takes one URL/],
    [['doctor', 'localhost:4400'], /allowed is an https URL/],
    [['doctor', 'http://localhost', '--worker', 'sw.js'], /--worker is "sw.js"/],
    [['doctor', 'http://localhost', '--issuer', 'id'], /--issuer is "id"/],
    [['doctor', 'http://localhost', '--colour'], /--colour/],
  ])('%j', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });

  it('asks for what the worker’s script does not tell', async () => {
    await using deployed = await deploy({
      app: ({ url }) => (url.endsWith('/service-worker.js') ? new Response('', { status: 404 }) : undefined),
    });
    const examined = examine(readArguments(['doctor', deployed.url]), networkProbe);
    await expect(examined).rejects.toThrow(/answered 404.*give --redirect-path/);
  });
});

it('the documentation explains exactly these checks, in their order', () => {
  const rows = [...readFileSync('docs/doctor.md', 'utf8').matchAll(/^\| `([a-z][a-z-]*)` \|/gm)];
  expect(rows.map(([, name]) => name)).toEqual(ALL_CHECKS.map(({ name }) => name));
});
