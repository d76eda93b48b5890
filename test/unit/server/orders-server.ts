import { createSessionKeeperServer, type SessionKeeperServerOptions } from 'session-keeper/server';

export const ORIGIN = 'https://app.example.com';
export const WORKER_SCRIPT = '(()=>{self.addEventListener("fetch",()=>{})})();';
export const BROWSER_ID = 'A'.repeat(43);
export const SECURE_COOKIE = `__Host-Http-seal=${BROWSER_ID}`;

const OPTIONS: SessionKeeperServerOptions = {
  keys: [{ id: '2026-11', secret: new Uint8Array(32).fill(7) }],
  workerScript: WORKER_SCRIPT,
  redirectPath: '/session/callback',
  issuer: 'https://id.example.com/tenant',
  apis: ['https://api.example.com'],
};

export function ordersServer(changes: Partial<SessionKeeperServerOptions> = {}) {
  return createSessionKeeperServer({ ...OPTIONS, ...changes });
}

/** The headers of a classic worker's main-script request. */
export const WORKER_HEADERS = {
  'sec-fetch-dest': 'serviceworker',
  'sec-fetch-mode': 'same-origin',
  'service-worker': 'script',
};

export const NAVIGATION_HEADERS = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' };

export function workerRequest(headers: Record<string, string> = {}, url = `${ORIGIN}/service-worker.js`) {
  return new Request(url, { headers: { ...WORKER_HEADERS, cookie: SECURE_COOKIE, ...headers } });
}

export function navigation(headers: Record<string, string> = {}, url = `${ORIGIN}/orders`) {
  return new Request(url, { headers: { ...NAVIGATION_HEADERS, ...headers } });
}

/** The directives of a response's policy. */
export function policyOf(headers: Headers): Map<string, string> {
  const directives = (headers.get('content-security-policy') ?? '').split('; ');
  return new Map(directives.map((text) => [text.split(' ')[0] ?? '', text.split(' ').slice(1).join(' ')]));
}
