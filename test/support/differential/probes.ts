import type { Page } from '@playwright/test';
import type { Answer, Seen } from './ask.js';

/** A request that no `fetch` of the page makes, or that is watched in another way. */
export interface Probe {
  readonly title: string;
  readonly answer: Answer;
  run(page: Page, url: string): Promise<Seen>;
}

const ANSWER: Answer = {
  status: 200,
  reason: 'OK',
  body: 'text',
  headers: { 'Cache-Control': 'no-store' },
  ranges: false,
  tagged: false,
  cors: true,
};

const image: Probe = {
  title: 'an image',
  answer: { ...ANSWER, body: 'picture', headers: { ...ANSWER.headers, 'Content-Type': 'image/svg+xml' } },
  run: (page, url) =>
    page.evaluate(async (src) => {
      const picture = Object.assign(new Image(), { src });
      await picture.decode();
      return { width: picture.naturalWidth };
    }, url),
};

const sound: Probe = {
  title: 'a sound, which is asked for by range',
  answer: {
    ...ANSWER,
    body: 'sound',
    ranges: true,
    headers: { ...ANSWER.headers, 'Content-Type': 'audio/wav' },
  },
  run: (page, url) =>
    page.evaluate(async (src) => {
      const audio = new Audio(src);
      await new Promise((resolve, reject) => {
        audio.addEventListener('canplaythrough', resolve, { once: true });
        audio.addEventListener('error', () => reject(new Error('the sound does not play')), { once: true });
      });
      return { duration: audio.duration, seekable: audio.seekable.length };
    }, url),
};

const eventSource: Probe = {
  title: 'an event stream that ends, and is asked for again',
  answer: { ...ANSWER, body: 'events', headers: { ...ANSWER.headers, 'Content-Type': 'text/event-stream' } },
  run: (page, url) =>
    page.evaluate(
      (url) =>
        new Promise<Seen>((resolve) => {
          const events: string[] = [];
          const source = new EventSource(url);
          source.addEventListener('message', ({ data, lastEventId }) => {
            events.push(`${lastEventId} ${data}`);
            if (events.length < 2) return;
            source.close();
            resolve({ events });
          });
        }),
      url,
    ),
};

const navigation: Probe = {
  title: 'a navigation',
  // The page stays where it is.
  answer: { ...ANSWER, status: 204, body: 'none' },
  run: async (page, url) => {
    const answered = page.waitForResponse(url);
    await page.evaluate((target) => {
      location.href = target;
    }, url);
    return { status: (await answered).status() };
  },
};

const form: Probe = {
  title: 'a form',
  answer: navigation.answer,
  run: async (page, url) => {
    const answered = page.waitForResponse(url);
    await page.evaluate((action) => {
      const form = document.createElement('form');
      document.body.append(Object.assign(form, { method: 'post', action }));
      form.submit();
    }, url);
    return { status: (await answered).status() };
  },
};

const upload: Probe = {
  title: 'an upload whose progress is watched',
  answer: ANSWER,
  run: (page, url) =>
    page.evaluate(
      (url) =>
        new Promise<Seen>((resolve) => {
          const xhr = new XMLHttpRequest();
          const events = new Set<string>();
          for (const type of ['loadstart', 'progress', 'load', 'loadend'])
            xhr.upload.addEventListener(type, () => events.add(type));
          xhr.addEventListener('loadend', () => resolve({ status: xhr.status, uploadEvents: [...events] }));
          xhr.open('POST', url);
          xhr.send(new Blob(['x'.repeat(100_000)]));
        }),
      url,
    ),
};

const timing: Probe = {
  title: 'the timing of a request',
  answer: ANSWER,
  run: (page, url) =>
    page.evaluate(async (url) => {
      const measured = new Promise<PerformanceResourceTiming>((resolve) => {
        new PerformanceObserver((list) => {
          const [entry] = list.getEntriesByName(url);
          if (entry instanceof PerformanceResourceTiming) resolve(entry);
        }).observe({ type: 'resource' });
      });
      await (await fetch(url)).text();
      const { workerStart, initiatorType, nextHopProtocol, responseStatus, encodedBodySize, transferSize } =
        await measured;
      return {
        startsWorker: workerStart > 0,
        initiatorType,
        nextHopProtocol,
        responseStatus,
        encodedBodySize,
        transferSize: transferSize > 0,
      };
    }, url),
};

const beacon: Probe = {
  title: 'a beacon',
  answer: { ...ANSWER, status: 204, body: 'none' },
  run: async (page, url) => {
    const answered = page.waitForResponse(url);
    const isTaken = await page.evaluate((url) => navigator.sendBeacon(url, 'what happened'), url);
    return { isTaken, status: (await answered).status() };
  },
};

const script: Probe = {
  title: 'a script',
  answer: { ...ANSWER, body: 'script', headers: { ...ANSWER.headers, 'Content-Type': 'text/javascript' } },
  run: (page, src) =>
    page.evaluate(async (src) => {
      const script = Object.assign(document.createElement('script'), { src });
      const loaded = new Promise((resolve, reject) => {
        script.addEventListener('load', resolve);
        script.addEventListener('error', () => reject(new Error('the script does not load')));
      });
      document.head.append(script);
      await loaded;
      return { ran: Reflect.get(globalThis, 'scriptOfTheApi') };
    }, src),
};

/** What another site can make a browser do here. */
export const NAVIGATIONS: readonly Probe[] = [navigation, form];

export const PROBES: readonly Probe[] = [
  image,
  sound,
  eventSource,
  navigation,
  form,
  upload,
  timing,
  beacon,
  script,
];
