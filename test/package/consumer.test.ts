import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { chromium } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { chromiumLaunchOptions } from '../support/browsers.js';
import { codeBlocks } from './code-blocks.js';
import { ConsumerProject } from './consumer-project.js';
import { Neighbours } from './neighbours.js';

const QUICK_START = 'README.md';
const SEAL = /^self\.__SESSION_KEEPER_SEAL__ ?= ?\{/;
const NAVIGATION = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' };
const WORKER_SCRIPT = {
  'service-worker': 'script',
  'sec-fetch-dest': 'serviceworker',
  'sec-fetch-mode': 'same-origin',
  'sec-fetch-site': 'same-origin',
};

const neighbours = await Neighbours.listen();
const files = codeBlocks(readFileSync(QUICK_START, 'utf8')).flatMap(({ file, text }): [string, string][] =>
  file ? [[file, neighbours.settleIn(text)]] : [],
);
const project = new ConsumerProject(new Map(files));
let origin: string;

beforeAll(() => project.install(inject('packed').tarball));
afterAll(() => Promise.all([project.remove(), neighbours.close()]));

describe('an empty Vite project with the packed package and the lines of the quick start', () => {
  test.each(['page', 'worker', 'node'] as const)(
    'its %s compiles against the types of the package',
    async (realm) => {
      expect(await project.typecheck(realm)).toBe('');
    },
  );

  test('it builds: a page, and the worker as one classic script', async () => {
    expect(await project.build()).toContain('built in');
    expect(project.read('dist/index.html')).toContain('<script type="module"');
    const worker = project.read('dist/service-worker.js');
    expect(worker).not.toMatch(/^\s*(import|export)\b/m);
    expect(() => new Function(worker)).not.toThrow();
  });

  test('its server gives the page the headers and the worker its seal, and nobody else', async () => {
    origin = await project.serve({ SEAL_KEY: randomBytes(32).toString('base64url') });
    const page = await ask(origin, NAVIGATION);
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("frame-src 'none'");
    const [cookie = ''] = page.headers['set-cookie']?.[0]?.split(';') ?? [];

    const worker = `${origin}/service-worker.js`;
    const sealed = await ask(worker, { ...WORKER_SCRIPT, cookie });
    expect(sealed.statusCode).toBe(200);
    expect((await text(sealed)).slice(0, 40)).toMatch(SEAL);
    const refused = await ask(worker, { cookie });
    expect(refused.statusCode).toBe(403);
    expect((await text(refused)).slice(0, 40)).not.toMatch(SEAL);
  });

  test('in Chromium a person signs in, and the page calls the API as if there were no tokens', async () => {
    await neighbours.serve(origin);
    const browser = await chromium.launch(chromiumLaunchOptions());
    try {
      const page = await browser.newPage();
      await page.goto(origin);
      await page.getByLabel('Username').fill('ada');
      await page.getByLabel('Password').fill('engine');
      const [orders] = await Promise.all([
        page.waitForResponse((response) => response.url().startsWith(`${neighbours.apiOrigin}/v1/orders`)),
        page.getByRole('button', { name: 'Sign in' }).click(),
      ]);
      expect(orders.status()).toBe(200);
      expect(new URL(page.url()).origin).toBe(origin);
    } finally {
      await browser.close();
    }
  });
});

/** As a browser asks: Node's `fetch` writes `Sec-Fetch-Mode` itself. */
async function ask(url: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
  const [response] = await once(get(url, { headers }), 'response');
  return response;
}
