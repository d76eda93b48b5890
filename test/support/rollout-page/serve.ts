import { fileURLToPath } from 'node:url';
import type { System, SystemOptions } from '../../../demo/system.js';
import { bundledPage } from '../bundled-page.js';

const ENTRY = fileURLToPath(new URL('./app.ts', import.meta.url));
const HTML = '<!doctype html><title>loading</title><script type="module" src="/rollout.js"></script>';

const CALLBACK_PATH = '/former/callback.html';

/** What the page has to know of the system. */
export interface RolloutPageSettings {
  readonly issuer: string;
  readonly api: string;
  readonly clientId: string;
  readonly scope: string;
  readonly callbackPath: string;
}

/** The application and the page that its library comes back to, for the keeper's own server. */
async function rolloutFiles(): Promise<Map<string, Buffer>> {
  return new Map([
    ['/rollout.html', Buffer.from(HTML)],
    [CALLBACK_PATH, Buffer.from(HTML)],
    ['/rollout.js', await bundledPage(ENTRY)],
  ]);
}

/** The system with that application, whose worker can take over its session. */
export async function rolloutSystem(): Promise<SystemOptions> {
  return {
    workerSource: fileURLToPath(new URL('../../workers/adoption.ts', import.meta.url)),
    responseModes: ['query', 'form_post'],
    formerCallback: CALLBACK_PATH,
    files: await rolloutFiles(),
  };
}

/** Tells the page where everything is, which is known when the system is started. */
export function giveSettings({ app, api, authorizationServer }: System): void {
  const settings: RolloutPageSettings = {
    issuer: authorizationServer.issuer,
    api: api.origin,
    clientId: 'order-desk',
    scope: 'openid profile email offline_access orders',
    callbackPath: CALLBACK_PATH,
  };
  app.onRequest((req, res) => {
    if (req.url !== '/rollout-settings.json') return false;
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(settings));
    return true;
  });
}
