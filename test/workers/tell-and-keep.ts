import { REQUEST_NAME } from './request-name.js';

declare const self: ServiceWorkerGlobalScope;

const pages = new Map<string, Promise<Client | undefined>>();

/** What a request that is not safe to repeat takes before it is sent: its page is told, and its body is kept, for the case that it has to be sent again. */
export async function tellAndKeep({ request, clientId }: FetchEvent): Promise<ArrayBuffer> {
  (await page(clientId))?.postMessage({ sending: request.headers.get(REQUEST_NAME) });
  return request.arrayBuffer();
}

function page(id: string): Promise<Client | undefined> {
  const known = pages.get(id) ?? self.clients.get(id);
  pages.set(id, known);
  return known;
}
