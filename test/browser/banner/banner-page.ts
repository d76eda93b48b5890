import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';

const ENTRY = fileURLToPath(new URL('./page-entry.ts', import.meta.url));
const HTML = `<!doctype html><html lang="en"><head><title>Banner</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/page.css">
<script type="module" src="/banner.js"></script></head>
<body><session-banner></session-banner><main><h1>Orders</h1><input aria-label="Note"></main></body></html>`;
const CSS = `:root { color-scheme: light dark; background: Canvas; } body { margin: 1rem; font: 1rem system-ui, sans-serif; }
h1, h2 { font-size: 0.875rem; margin-block: 1rem 0.25rem; }`;

/** A page with the banner and nothing else, under a policy that refuses every inline script and style. */
export async function serveBannerPage(): Promise<{ url: string; close: () => void }> {
  const files = new Map<string, readonly [string, string]>([
    ['/', ['text/html', HTML]],
    ['/page.css', ['text/css', CSS]],
    ['/banner.js', ['text/javascript', await bundleBanner()]],
  ]);
  const server = createServer((request, response) => {
    const [type, body] = files.get(request.url ?? '') ?? ['text/plain', ''];
    response.writeHead(body ? 200 : 404, {
      'Content-Type': type,
      'Content-Security-Policy': "default-src 'self'; require-trusted-types-for 'script'",
    });
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

async function bundleBanner(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: { write: false, lib: { entry: ENTRY, formats: ['es'], fileName: 'banner' } },
  });
  const [output] = [built].flat() as Rolldown.RolldownOutput[];
  return output?.output[0].code ?? '';
}
