import type { Ask, BodyKind, Seen } from './ask.js';

export interface PageTask {
  readonly url: string;
  readonly ask: Ask;
  readonly cache: RequestCache;
  readonly integrity: string;
}

/** Runs in the page: makes the request and tells what came of it. Whole in itself, since it crosses as text. */
export async function askInPage({ url, ask, cache, integrity }: PageTask): Promise<Seen> {
  const bodies: Record<BodyKind, () => BodyInit | undefined> = {
    none: () => undefined,
    empty: () => '',
    text: () => 'grüße from the page',
    json: () => '{"product":"lantern","quantity":2}',
    'url-encoded': () => new URLSearchParams({ product: 'lantern & co', quantity: '2' }),
    'form-data': () => {
      const form = new FormData();
      form.append('product', 'lantern');
      form.append('file', new Blob(['what was attached'], { type: 'text/plain' }), 'note ".txt');
      return form;
    },
    blob: () => new Blob(['a blob']),
    'typed-blob': () => new Blob(['a typed blob'], { type: 'application/x-thing' }),
    bytes: () => new Uint8Array([0, 255, 13, 10, 0]).buffer,
    stream: () => new Blob(['streamed']).stream(),
  };

  function options(): RequestInit {
    const body = bodies[ask.body]();
    return {
      method: ask.method,
      mode: ask.mode,
      credentials: ask.credentials,
      cache,
      redirect: ask.redirect,
      referrer: ask.referrer,
      referrerPolicy: ask.referrerPolicy,
      integrity,
      keepalive: ask.keepalive,
      headers: ask.headers,
      ...(body !== undefined && { body }),
      ...(ask.body === 'stream' && { duplex: 'half' }),
    };
  }

  async function viaFetch(): Promise<Seen> {
    const init = options();
    const response = await (ask.via === 'Request' ? fetch(new Request(url, init)) : fetch(url, init));
    const { status, statusText, ok, type, redirected } = response;
    const headers = Object.fromEntries(response.headers);
    const body = await response.text().catch((error: Error) => `failed: ${error.name}`);
    return { status, statusText, ok, type, redirected, url: response.url, headers, body };
  }

  function viaXhr(): Promise<Seen> {
    return new Promise((resolve) => {
      const xhr = new XMLHttpRequest();
      xhr.open(ask.method, url);
      xhr.withCredentials = ask.credentials === 'include';
      for (const [name, value] of Object.entries(ask.headers)) xhr.setRequestHeader(name, value);
      const events: string[] = [];
      for (const type of ['loadstart', 'load', 'error', 'abort', 'timeout'])
        xhr.addEventListener(type, () => events.push(type));
      xhr.addEventListener('loadend', () => {
        const { status, statusText, responseURL, responseText } = xhr;
        const headers = Object.fromEntries(
          xhr
            .getAllResponseHeaders()
            .split('\r\n')
            .map((line) => line.split(': ')),
        );
        resolve({ events, status, statusText, url: responseURL, headers, body: responseText });
      });
      const body = bodies[ask.body]();
      xhr.send(body instanceof ReadableStream ? null : body);
    });
  }

  const asked = ask.via === 'XMLHttpRequest' ? viaXhr() : viaFetch();
  const seen = await asked.catch((error: Error) => ({ error: error.name }));
  // What an answer has set must not be there for the next request.
  await cookieStore.delete('diff-set');
  return seen;
}
