import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import type { System, SystemOptions } from '../../demo/system.js';
import type { registerSessionKeeper as Register, Session, SessionKeeperError } from '../../src/index.js';
import { expect, statusOf, test, timeStatus } from '../support/order-desk.js';

declare const registerSessionKeeper: typeof Register;

/** Answers like any web server that is no authorization server. */
const other = createServer((_req, res) => res.writeHead(404, { 'access-control-allow-origin': '*' }).end());
await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
const NO_SERVER = `http://localhost:${(other.address() as AddressInfo).port}`;
test.afterAll(() => void other.close());

/** Every misuse has to be told by then. */
const DEADLINE_MS = 5000;

interface Told {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly tookMs: number;
}

async function manualPage(page: Page, system: System): Promise<void> {
  await page.goto(`${system.app.origin}/bare.html?manual`);
  await page.waitForFunction(() => 'registerSessionKeeper' in globalThis);
}

/** Runs in the page; answers with the error that `work` rejects with. */
function errorOf(page: Page, work: string): Promise<Told> {
  return page.evaluate<Told>(`(async () => {
    const startedAt = performance.now();
    const error = await (${work}).then(() => ({ name: 'none', code: 'none', message: '' }), (error) => error);
    return { name: error.name, code: error.code, message: error.message, tookMs: performance.now() - startedAt };
  })()`);
}

async function expectPageUsable(page: Page, system: System): Promise<void> {
  const statuses = await page.evaluate(async (api) => {
    const own = await fetch('/index.html');
    const called = await fetch(`${api}/v1/time`);
    return [own.status, called.status];
  }, system.api.origin);
  expect(statuses).toEqual([200, 401]);
}

function expectTold(told: Told, code: string, mentions: RegExp): void {
  expect(told).toMatchObject({ name: 'SessionKeeperError', code });
  expect(told.message).toMatch(mentions);
  expect(told.tookMs).toBeLessThan(DEADLINE_MS);
}

const REGISTER = "registerSessionKeeper({ worker: '/service-worker.js' })";
const SIGN_IN = `${REGISTER}.then((session) => session.signIn())`;

interface Case {
  readonly title: string;
  readonly options?: (system: System) => SystemOptions['workerOptions'];
  readonly prepare?: (system: System) => void;
  readonly when: string;
  readonly code: SessionKeeperError['code'];
  readonly mentions: RegExp;
}

const CASES: Case[] = [
  {
    title: 'an issuer that is no authorization server',
    options: () => ({ issuer: NO_SERVER }),
    when: SIGN_IN,
    code: 'discovery_failed',
    mentions: /option issuer/,
  },
  {
    title: 'metadata that names another issuer',
    options: ({ authorizationServer }) => ({
      issuer: authorizationServer.issuer.replace('localhost', '127.0.0.1'),
    }),
    when: SIGN_IN,
    code: 'issuer_mismatch',
    mentions: /127\.0\.0\.1.*names another issuer/,
  },
  {
    title: 'an authorization server that is down at start',
    prepare: ({ authorizationServer }) => authorizationServer.down('drop'),
    when: SIGN_IN,
    code: 'authorization_server_unreachable',
    mentions: /No answer from the authorization server/,
  },
  {
    title: 'an authorization server that answers 503 at start',
    prepare: ({ authorizationServer }) => authorizationServer.down('unavailable'),
    when: SIGN_IN,
    code: 'authorization_server_error',
    mentions: /503/,
  },
  {
    title: 'a client id that the authorization server does not know',
    options: () => ({ clientId: 'nobody' }),
    when: SIGN_IN,
    code: 'client_rejected',
    mentions: /option clientId/,
  },
  {
    title: 'a redirect URI that is not registered',
    options: () => ({ redirectPath: '/session/other' }),
    when: SIGN_IN,
    code: 'authorization_request_rejected',
    mentions: /redirect_uri did not match.*\/session\/other.*option redirectPath/,
  },
  {
    title: 'a wrong option',
    options: () => ({ apis: [] }),
    when: REGISTER,
    code: 'invalid_configuration',
    mentions: /option apis is \[\]/,
  },
  {
    title: 'a silent frame that is only switched on',
    options: () => ({ silentFrame: true }),
    when: REGISTER,
    code: 'invalid_configuration',
    mentions: /option silentFrame is true; allowed is silentFrame\(\), imported from session-keeper\/worker/,
  },
  {
    title: 'a scope that does not cover the page',
    when: "registerSessionKeeper({ worker: '/service-worker.js', scope: '/elsewhere/' })",
    code: 'scope_does_not_cover_page',
    mentions: /\/elsewhere\/ does not cover \/bare\.html/,
  },
  {
    title: 'a worker without a seal',
    prepare: (system) => serveWorker(system, system.app.workerScript),
    when: REGISTER,
    code: 'seal_missing',
    mentions: /session-keeper\/server/,
  },
  {
    title: 'a worker that is built as a module',
    prepare: (system) => serveWorker(system, "import './chunk.js';"),
    when: REGISTER,
    code: 'worker_registration_failed',
    mentions: /a classic script/,
  },
];

function serveWorker({ app }: System, script: string): void {
  app.onRequest((req, res) => {
    if (req.url !== '/service-worker.js') return false;
    res.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    return true;
  });
}

for (const { title, options, prepare, when, code, mentions } of CASES) {
  test(`${title}: ${code}, and the page is still usable`, async ({ page, system }) => {
    if (options) await system.app.deployWorker(options(system) ?? {});
    prepare?.(system);
    await manualPage(page, system);
    expectTold(await errorOf(page, when), code, mentions);
    await expectPageUsable(page, system);
  });
}

test('a wrong issuer is in the status before anybody signs in', async ({ page, system }) => {
  await system.app.deployWorker({ issuer: NO_SERVER });
  await manualPage(page, system);
  await page.evaluate(REGISTER);
  await expect.poll(async () => (await statusOf(page)).problem?.code).toBe('discovery_failed');
});

test('a classic worker that the application registers as a module is refused by the server', async ({
  page,
  system,
}) => {
  await manualPage(page, system);
  const refused = await errorOf(
    page,
    "navigator.serviceWorker.register('/service-worker.js', { type: 'module' })",
  );
  expect(refused.name).toBe('TypeError');
  await expectPageUsable(page, system);
  expect(await errorOf(page, REGISTER)).toMatchObject({ name: 'none' });
});

test('an API that forbids CORS: the page’s own TypeError, and a problem that explains it', async ({
  tab,
  system,
}) => {
  system.api.cors(false);
  const { failure, problem } = await tab.evaluate(async (url) => {
    const session: Session = Reflect.get(globalThis, Symbol.for('session-keeper.session'));
    const told = new Promise<{ code: string; message: string }>((resolve) => {
      session.onProblem(({ code, message }) => resolve({ code, message }));
    });
    const failure: string = await fetch(url).catch((error) => error.name);
    return { failure, problem: await told };
  }, `${system.api.origin}/v1/time`);
  expect(failure).toBe('TypeError');
  expect(problem.code).toBe('api_cors_forbidden');
  expect(problem.message).toContain(system.app.origin);
});

test('an update with a wrong option is refused, and the worker before it goes on', async ({
  tab,
  system,
}) => {
  await system.app.deployWorker({ apis: [] });
  const refused = await tab.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const found = new Promise<ServiceWorker | null>((resolve) => {
      registration.addEventListener('updatefound', () => resolve(registration.installing), { once: true });
    });
    registration.update().catch(() => undefined);
    const coming = await found;
    while (coming && coming.state !== 'redundant' && coming.state !== 'activated') {
      await new Promise((resolve) => coming.addEventListener('statechange', resolve, { once: true }));
    }
    return coming?.state;
  });
  expect(refused).toBe('redundant');
  expect(await timeStatus(tab, system)).toBe(200);
});
