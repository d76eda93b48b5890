import type { Page } from '@playwright/test';

/** What a page did. */
export interface Activity {
  /** Timers and animation frames that fired. */
  readonly timers: number;
  /** Messages from and to the service worker. */
  readonly messages: number;
}

/** For `addInitScript`: counts, from the page's first line on. */
export function countActivity(): void {
  const activity = { timers: 0, messages: 0 };
  Object.assign(globalThis, { activity });
  const counting =
    (schedule: (callback: (...given: unknown[]) => void, ...rest: unknown[]) => unknown) =>
    (callback: (...given: unknown[]) => void, ...rest: unknown[]) =>
      schedule(
        (...given) => {
          activity.timers += 1;
          callback(...given);
        },
        ...rest,
      );
  for (const name of ['setTimeout', 'setInterval', 'requestAnimationFrame', 'requestIdleCallback']) {
    Reflect.set(globalThis, name, counting(Reflect.get(globalThis, name).bind(globalThis)));
  }
  const { postMessage } = ServiceWorker.prototype;
  ServiceWorker.prototype.postMessage = function (...message: unknown[]) {
    activity.messages += 1;
    return Reflect.apply(postMessage, this, message);
  };
  navigator.serviceWorker.addEventListener('message', () => {
    activity.messages += 1;
  });
}

export function readActivity(page: Page): Promise<Activity> {
  return page.evaluate(() => ({ ...Reflect.get(globalThis, 'activity') }));
}
