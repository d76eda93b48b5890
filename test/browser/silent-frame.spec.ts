import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { spy, watchCodes } from '../support/code-watch.js';
import { loseRotation } from '../support/lost-rotation.js';
import { expect, inPage, ready, statusOf, test } from '../support/order-desk.js';

const SOON = { retry: { baseDelaySeconds: 0.1 } };

test.describe('a silent frame that does not fit is refused, with its reason, before anybody is signed in', () => {
  test.describe("the page's policy", () => {
    test.use({ systemOptions: { silentFrame: 'worker-only' } });

    test('does not let a page frame the authorization server', async ({ openTab, system }) => {
      const tab = await openTab();
      await expect.poll(async () => (await statusOf(tab)).problem?.code).toBe('silent_frame_refused');
      const { code, message } = await signInError(tab);
      expect(code).toBe('silent_frame_refused');
      expect(message).toContain(`does not let a page frame ${system.authorizationServer.issuer}`);
    });
  });

  test.describe('the option', () => {
    test.use({ systemOptions: { silentFrame: true } });

    test("contradicts responseMode 'query'", async ({ page, system }) => {
      await system.app.deployWorker({ responseMode: 'query' });
      await page.goto(`${system.app.origin}/bare.html?manual`);
      await page.waitForFunction(() => 'registerSessionKeeper' in globalThis);
      const { code, message } = await page.evaluate<{ code: string; message: string }>(
        "registerSessionKeeper({ worker: '/service-worker.js' }).catch(({ code, message }) => ({ code, message }))",
      );
      expect(code).toBe('invalid_configuration');
      expect(message).toMatch(/option silentFrame is "present"; .*responseMode 'query'/);
    });

    test('needs metadata that names form_post', async ({ openTab, system }) => {
      const url = `${system.authorizationServer.issuer}/.well-known/openid-configuration`;
      const metadata = {
        ...(await (await fetch(url)).json()),
        response_modes_supported: ['query', 'fragment'],
      };
      system.authorizationServer.onRequest((req, res) => {
        if (!req.url?.startsWith('/.well-known/openid-configuration')) return false;
        res.writeHead(200, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
        res.end(JSON.stringify(metadata));
        return true;
      });
      const tab = await openTab();
      await expect.poll(async () => (await statusOf(tab)).problem?.code).toBe('silent_frame_refused');
      expect((await signInError(tab)).message).toContain('does not name form_post');
    });
  });
});

test.describe('a script of the page that runs before any other', () => {
  test.use({
    systemOptions: { accessTokenSeconds: 2, workerOptions: { policy: SOON }, silentFrame: true },
  });

  test('sees no code while the frame brings the session back', async ({ tab, system }) => {
    const codes = watchCodes(system);
    const seen = await spy(tab);
    await tab.reload();
    await ready(tab);
    const { statuses } = await loseRotation(tab, system);
    expect(await statuses).toEqual([200, 200, 201, 200, 200]);
    expect(codes).toHaveLength(1);
    expectNone(codes, await seen());
  });

  test("gains nothing by taking the frame's URL for a popup of its own", async ({ tab, system }) => {
    const codes = watchCodes(system);
    const seen = await spy(tab);
    // The keeper's own frame gets no answer, so that its URL is still good.
    const stop = system.authorizationServer.onRequest((req, res) => {
      if (!req.url?.startsWith('/auth?')) return false;
      stop();
      res.writeHead(204).end();
      return true;
    });
    await tab.reload();
    await ready(tab);
    const { statuses } = await loseRotation(tab, system);
    statuses.catch(() => undefined);
    await tab.waitForFunction(() => (Reflect.get(globalThis, 'frameUrls') as string[]).length > 0);
    const [copied = ''] = await tab.evaluate(() => Reflect.get(globalThis, 'frameUrls') as string[]);
    system.authorizationServer.resetStats();
    await visitInPopup(tab, system, copied);
    // A code was made, and is of no use to anybody: what is meant for a frame is not taken from a window.
    expect(codes).toHaveLength(1);
    expect(system.authorizationServer.stats().tokenRequests).toEqual([]);
    expect((await statusOf(tab)).phase).toBe('interrupted');
    expectNone(codes, await seen());
  });

  for (const [how, prepare] of [
    ['as it is', ''],
    ['and blocks the way to the redirect path', 'policy'],
    ['and unregisters the worker', 'unregister'],
  ] as const) {
    test(`gets no code by a sign-in of its own in a frame, ${how}`, async ({ tab, system }) => {
      const codes = watchCodes(system);
      const seen = await spy(tab);
      await tab.reload();
      await ready(tab);
      if (prepare === 'policy') await addPolicy(tab, `frame-src ${system.authorizationServer.issuer}`);
      if (prepare === 'unregister') {
        await tab.evaluate(async () => {
          for (const each of await navigator.serviceWorker.getRegistrations()) await each.unregister();
        });
      }
      for (const mode of ['form_post', 'query', 'fragment']) {
        await visitInFrame(tab, system, ownAuthorizationUrl(system, mode));
        await visitInPopup(tab, system, ownAuthorizationUrl(system, mode));
      }
      // One in the frame and one in the popup: of form_post, and of no other mode.
      expect(codes).toHaveLength(2);
      expectNone(codes, await seen());
    });
  }
});

async function signInError(tab: Page): Promise<{ code: string; message: string }> {
  return inPage(tab, (session) =>
    session.signIn().then(
      () => ({ code: 'signed in', message: '' }),
      ({ code, message }) => ({ code, message }),
    ),
  );
}

function expectNone(codes: readonly string[], seen: string): void {
  expect(codes.filter((code) => seen.includes(code))).toEqual([]);
  expect(seen).not.toMatch(/[?&#]code=/);
}

/** An authorization request with a PKCE verifier that the script knows. */
function ownAuthorizationUrl({ app, authorizationServer }: System, responseMode: string): string {
  const url = new URL('/auth', authorizationServer.issuer);
  url.search = new URLSearchParams({
    client_id: 'order-desk',
    redirect_uri: `${app.origin}/session/callback`,
    response_type: 'code',
    response_mode: responseMode,
    scope: 'openid orders',
    state: 'of-the-script',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    prompt: 'none',
  }).toString();
  return url.href;
}

async function visitInFrame(tab: Page, system: System, url: string): Promise<void> {
  const answered = nextAnswer(system);
  await tab.evaluate((src) => {
    const frame = document.createElement('iframe');
    frame.src = src;
    document.documentElement.append(frame);
  }, url);
  await answered;
  await comeToRest(tab);
}

async function visitInPopup(tab: Page, system: System, url: string): Promise<void> {
  const answered = nextAnswer(system);
  const opening = tab.context().waitForEvent('page');
  await tab.evaluate((url) => void open(url, '', 'popup'), url);
  const popup = await opening;
  await answered;
  await comeToRest(tab);
  await popup.close();
}

/** Settles when the authorization endpoint has answered. */
function nextAnswer({ authorizationServer }: System): Promise<void> {
  return new Promise((resolve) => {
    const stop = authorizationServer.onRequest((req, res) => {
      if (!req.url?.startsWith('/auth?')) return false;
      stop();
      res.once('close', resolve);
      return false;
    });
  });
}

/** Nothing tells that a window of another origin has come to rest. A hundred looks of the spy are what the test waits for. */
function comeToRest(tab: Page): Promise<void> {
  return tab.evaluate(() => new Promise<void>((resolve) => setTimeout(resolve, 300)));
}

async function addPolicy(tab: Page, policy: string): Promise<void> {
  await tab.evaluate((content) => {
    const meta = document.createElement('meta');
    meta.httpEquiv = 'Content-Security-Policy';
    meta.content = content;
    document.head.append(meta);
  }, policy);
}
