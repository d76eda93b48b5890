import { fileURLToPath } from 'node:url';
import { build, createServer, type Rolldown } from 'vite';
import type { StaticFiles } from '../../demo/app-server/static-files.js';

const path = (relativePath: string) => fileURLToPath(new URL(relativePath, import.meta.url));

const COMMON = {
  configFile: false,
  publicDir: false,
  logLevel: 'error',
  resolve: { alias: { 'session-keeper/react': path('../../src/react.ts') } },
} as const;

/**
 * A React application, rendered by a server and hydrated in the page. It has no part in the registration: `/bare.js`, another
 * bundle with a copy of the package of its own, is what registers.
 */
export async function reactPage(): Promise<StaticFiles> {
  const [markup, script] = await Promise.all([renderOnServer(), bundleForPage()]);
  const html = `<!doctype html><html lang="en"><head><title>React</title>
<script type="module" src="/react.js"></script><script type="module" src="/bare.js"></script></head>
<body>${markup}</body></html>`;
  return new Map([
    ['/react.html', Buffer.from(html)],
    ['/react.js', Buffer.from(script)],
  ]);
}

async function renderOnServer(): Promise<string> {
  const server = await createServer({
    ...COMMON,
    appType: 'custom',
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  const { markup } = await server.ssrLoadModule(path('react-page/server.tsx'));
  await server.close();
  return markup;
}

/** React's development build: its StrictMode does everything twice, and it complains of what it does not like. */
async function bundleForPage(): Promise<string> {
  const result = await build({
    ...COMMON,
    define: { 'process.env.NODE_ENV': '"development"' },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: path('react-page/client.tsx'), formats: ['es'] },
    },
  });
  const [output] = [result].flat() as Rolldown.RolldownOutput[];
  return output?.output[0].code ?? '';
}
