import { demo } from '../../demo/app/demo-values.js';
import { REQUEST_NAME } from './request-name.js';

declare const self: ServiceWorkerGlobalScope;

const API = `${demo.api}/v1/`;
const pages = new Map<string, Promise<Client | undefined>>();

/**
 * Answers the API's requests. One that is not safe to repeat is told to its page, and its body is kept, for the case that it has to be sent
 * again; both have to be over before it is sent.
 */
export function answerKept(
  answer: (request: Request, keeping: Promise<ArrayBuffer> | undefined) => Promise<Response>,
): void {
  self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
  self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
  self.addEventListener('fetch', (event) => {
    const { request } = event;
    if (!request.url.startsWith(API)) return;
    event.respondWith(answer(request, request.method === 'POST' ? tellAndKeep(event) : undefined));
  });
}

/** Sends it with these headers laid over the page's. */
export async function sendKept(
  request: Request,
  credential: Readonly<Record<string, string>>,
  keeping: Promise<ArrayBuffer> | undefined,
): Promise<Response> {
  const body = keeping && (await keeping);
  const headers = new Headers(request.headers);
  headers.delete(REQUEST_NAME);
  for (const [name, value] of Object.entries(credential)) headers.set(name, value);
  return fetch(new Request(request, { headers, ...(body && { body }) }));
}

async function tellAndKeep({ request, clientId }: FetchEvent): Promise<ArrayBuffer> {
  (await page(clientId))?.postMessage({ sending: request.headers.get(REQUEST_NAME) });
  return request.arrayBuffer();
}

function page(id: string): Promise<Client | undefined> {
  const known = pages.get(id) ?? self.clients.get(id);
  pages.set(id, known);
  return known;
}
