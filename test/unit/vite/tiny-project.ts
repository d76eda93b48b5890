import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type SessionKeeperPluginOptions, sessionKeeper } from 'session-keeper/vite';
import type { InlineConfig } from 'vite';

export const PLUGIN_OPTIONS: SessionKeeperPluginOptions = {
  redirectPath: '/session/callback',
  issuer: 'https://id.example.com',
  apis: ['https://api.example.com'],
};

/** The headers of a classic worker's main-script request on http://localhost. */
export const SEALED_REQUEST = {
  'sec-fetch-dest': 'serviceworker',
  'sec-fetch-mode': 'same-origin',
  'service-worker': 'script',
  cookie: `session-keeper-seal=${'A'.repeat(43)}`,
};

const FILES = {
  'index.html': '<!doctype html><title>Orders</title><script type="module" src="/src/main.ts"></script>',
  'src/main.ts': "document.title = 'Orders!';",
  'src/service-worker.ts': `import { greeting } from './greeting.js';
import { answer } from '@shared/answer';
self.addEventListener('fetch', () => console.log(greeting, answer, __RELEASE__, import.meta.env.VITE_COLOUR));
export type Unused = string;
`,
  'src/greeting.ts': "export const greeting: string = 'hello from the worker';",
  'shared/answer.ts': 'export const answer: number = 4242;',
  '.env': 'VITE_COLOUR=teal',
};

/** A Vite project on disk; `await using` removes it. */
export async function tinyProject(changes: Record<string, string> = {}) {
  const root = await mkdtemp(join(tmpdir(), 'session-keeper-vite-'));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  await Promise.all(Object.entries({ ...FILES, ...changes }).map(([path, text]) => write(path, text)));
  return {
    root,
    write,
    config(options: Partial<SessionKeeperPluginOptions> = {}): InlineConfig {
      return {
        root,
        configFile: false,
        logLevel: 'silent',
        define: { __RELEASE__: JSON.stringify('release-7') },
        resolve: { alias: { '@shared': join(root, 'shared') } },
        plugins: [sessionKeeper({ ...PLUGIN_OPTIONS, ...options })],
      };
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}
