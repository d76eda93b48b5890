import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { System } from '../../../demo/system.js';

const PAGE = '/bare.html?manual';

/** The same page everywhere: no keeper unless it is registered there. */
async function openPage(context: BrowserContext, system: System): Promise<Page> {
  await context.addCookies([
    { name: 'diff', value: 'of-the-page', domain: 'localhost', path: '/', sameSite: 'Lax' },
  ]);
  const page = await context.newPage();
  await page.goto(system.app.origin + PAGE);
  await page.waitForFunction(() => 'registerSessionKeeper' in globalThis);
  return page;
}

/** A page that no worker controls. */
export async function pageWithoutWorker(browser: Browser, system: System): Promise<Page> {
  return openPage(await browser.newContext(), system);
}

/** Does the least that any worker has to do that adds a credential. What it changes, every such worker changes. */
const LEAST_WORKER = `
  addEventListener('install', () => skipWaiting());
  addEventListener('activate', (event) => event.waitUntil(clients.claim()));
  addEventListener('fetch', (event) => {
    const { request } = event;
    if (!new URL(request.url).pathname.includes('/diff/') || request.headers.has('Authorization')) return;
    const headers = new Headers(request.headers);
    headers.set('Authorization', 'Bearer least');
    event.respondWith(fetch(new Request(request, { headers })));
  });
`;

/** A page that the least worker controls: only `new Request(request, { headers })`. */
export async function pageWithLeastWorker(browser: Browser, system: System): Promise<Page> {
  system.app.onRequest((req, res) => {
    if (req.url !== '/least-worker.js') return false;
    res.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-store' }).end(LEAST_WORKER);
    return true;
  });
  const page = await openPage(await browser.newContext(), system);
  await page.evaluate(async () => {
    const controlled = new Promise((resolve) =>
      navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
    );
    await navigator.serviceWorker.register('/least-worker.js');
    await controlled;
  });
  return page;
}

/** A page of a signed-in browser that the keeper controls, with the keeper's own entry running in it. */
export async function pageWithKeeper(signedIn: BrowserContext, system: System): Promise<Page> {
  const page = await openPage(signedIn, system);
  await page.evaluate("registerSessionKeeper({ worker: '/service-worker.js' }).then(() => undefined)");
  return page;
}

/** A page of another site, which tells nobody where its navigations come from. */
export async function pageOfAnotherSite(context: BrowserContext, system: System): Promise<Page> {
  const forget = system.api.onRequest((req, res) => {
    if (req.url !== '/another-site.html') return false;
    res.writeHead(200, { 'content-type': 'text/html' });
    res.end('<!doctype html><meta name="referrer" content="no-referrer"><body></body>');
    return true;
  });
  const page = await context.newPage();
  await page.goto(`${system.api.origin.replace('localhost', '127.0.0.1')}/another-site.html`);
  forget();
  return page;
}
