import * as oauth from 'oauth4webapi';
import { demo } from '../../demo/app/demo-values.js';
import { REQUEST_NAME } from './request-name.js';
import { tellAndKeep } from './tell-and-keep.js';

declare const self: ServiceWorkerGlobalScope;

// The floor that tells and keeps, with a proof of possession (RFC 9449) for each request beside it, made by the library that the keeper
// has for it.
const API = `${demo.api}/v1/`;
const handle = oauth.generateKeyPair('ES256').then((keys) => oauth.DPoP({}, keys));

self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  if (event.request.url.startsWith(API)) event.respondWith(send(event));
});

async function send(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const { url, method } = request;
  const keeping = method === 'POST' ? tellAndKeep(event) : undefined;
  return oauth.protectedResourceRequest('fixed', method, new URL(url), undefined, undefined, {
    DPoP: await handle,
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: async (_url, { headers: proved }) => {
      const headers = new Headers(request.headers);
      headers.delete(REQUEST_NAME);
      for (const [name, value] of Object.entries(proved)) headers.set(name, value);
      const body = await keeping;
      return fetch(new Request(request, { headers, ...(body && { body }) }));
    },
  });
}
