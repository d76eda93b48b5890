import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';

/** Every code that the authorization server gives out from now on, as it writes them into its forms and redirects. */
export function watchCodes({ authorizationServer }: System): readonly string[] {
  const codes: string[] = [];
  authorizationServer.onRequest((_req, res) => {
    const { end } = res;
    res.end = (...answer: unknown[]) => {
      const text = `${String(answer[0] ?? '')} ${String(res.getHeader('location') ?? '')}`;
      for (const [, code] of text.matchAll(/(?:name="code" value="|[?&#]code=)([\w-]+)/g))
        if (code) codes.push(code);
      return Reflect.apply(end, res, answer);
    };
    return false;
  });
  return codes;
}

/**
 * Runs before any script of the page, in each of its frames: writes down all that a script can see of windows, frames,
 * reports and messages, every 3 ms.
 */
export async function spy(tab: Page): Promise<() => Promise<string>> {
  await tab.addInitScript(() => {
    const seen = new Set<string>();
    const windows = new Set<Window>([globalThis.window]);
    Object.assign(globalThis, { seen, spied: windows, frameUrls: [] as string[] });
    const note = (look: () => unknown) => {
      try {
        seen.add(String(look()));
      } catch {
        // Another origin.
      }
    };
    const { open } = globalThis.window;
    globalThis.window.open = (...how) => {
      const opened = Reflect.apply(open, globalThis.window, how) as Window | null;
      if (opened) windows.add(opened);
      return opened;
    };
    addEventListener('securitypolicyviolation', (event) => {
      seen.add(
        JSON.stringify({
          ...event,
          uri: event.blockedURI,
          document: event.documentURI,
          sample: event.sample,
        }),
      );
    });
    navigator.serviceWorker.addEventListener('message', ({ data }) => seen.add(JSON.stringify(data)));
    addEventListener('message', ({ data }) => seen.add(JSON.stringify(data)));
    new MutationObserver((changes) => {
      for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (!(node instanceof HTMLIFrameElement)) continue;
        if (node.contentWindow) windows.add(node.contentWindow);
        (Reflect.get(globalThis, 'frameUrls') as string[]).push(node.src);
      }
    }).observe(document, { childList: true, subtree: true });
    setInterval(() => {
      for (const view of windows) {
        note(() => view.location.href);
        note(() => view.document.URL);
        note(() => view.document.referrer);
        note(() => view.document.documentElement.outerHTML);
        note(() => JSON.stringify(view.performance.getEntries()));
        note(() =>
          JSON.stringify(
            (Reflect.get(view, 'navigation') as { entries(): { url: string }[] })
              .entries()
              .map(({ url }) => url),
          ),
        );
        note(() => view.name);
      }
    }, 3);
  });
  return () => tab.evaluate(() => [...(Reflect.get(globalThis, 'seen') as Set<string>)].join('\n'));
}
