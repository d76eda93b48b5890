import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Attack } from '../attack.js';
import { ATTACKER_HEADER } from '../outside/secrets.js';
import type { Stage } from '../outside/stage.js';

export const PLANTED = 'A'.repeat(43);
/** Where a worker was registered. */
const HAS_SESSION = "globalThis[Symbol.for('session-keeper.session')] !== undefined";

/** Crowds the seal's cookie out of the jar, puts one with a known id in its place, and lets the worker be sealed with it. */
async function plant({
  name,
  id,
  lookalikes,
}: {
  name: string;
  id: string;
  lookalikes: boolean;
}): Promise<void> {
  const set = (cookie: string) => Reflect.set(document, 'cookie', cookie);
  const store = (globalThis as { cookieStore?: { set(options: object): Promise<void> } }).cookieStore;
  const secure = location.protocol === 'https:' ? '; secure' : '';
  for (const strength of new Set(['', secure])) {
    for (let index = 0; index < 400; index += 1)
      set(`flood${index}=${index}; path=/; max-age=600${strength}`);
    for (let index = 0; index < 400; index += 1) set(`flood${index}=; path=/; max-age=0${strength}`);
  }
  set(`${name}=${id}; path=/; max-age=600${secure}`);
  if (lookalikes) {
    for (const path of ['/service-worker.js', '/service-worker']) {
      for (const rest of ['', '; secure', '; secure; samesite=none; partitioned'])
        set(`${name}=${id}; path=${path}; max-age=600${rest}`);
    }
    const variants = [
      name.toUpperCase(),
      name.toLowerCase(),
      ` ${name}`,
      encodeURIComponent(name),
      `${name}\t`,
    ];
    for (const variant of variants) set(`${variant}=${id}; path=/; secure`);
    set(`=${name}=${id}; path=/; secure`);
    set(`${name}=${id}; domain=${location.hostname}; path=/; secure`);
    await store?.set({ name, value: id, path: '/service-worker.js' }).catch(() => undefined);
  }
  // It would be a Secure cookie, which is not sent over http.
  if (secure) await store?.set({ name, value: id, path: '/' }).catch(() => undefined);
  for (const registration of await navigator.serviceWorker.getRegistrations()) {
    await registration.update().catch(() => undefined);
    await registration.unregister();
  }
}

/** What the server gives to a plain HTTP client that knows the id. */
export function fetchSeal(origin: string, cookie: string): Promise<string> {
  const url = new URL('/service-worker.js', origin);
  const headers = {
    cookie,
    [ATTACKER_HEADER]: '1',
    'sec-fetch-dest': 'serviceworker',
    'sec-fetch-mode': 'same-origin',
    'service-worker': 'script',
  };
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = send(url, { headers, rejectUnauthorized: false }, async (answer) => {
      let text = '';
      for await (const chunk of answer) text += String(chunk);
      resolve(text);
    });
    sent.once('error', reject).end();
  });
}

async function run(stage: Stage): Promise<void> {
  const name = stage.origin.startsWith('https:') ? '__Host-Http-seal' : 'session-keeper-seal';
  // A browser looks for a new script when it likes, and the answer sets the cookie once more: so the script tries again.
  for (const lookalikes of [false, false, false, true]) {
    await stage.pause(1500);
    await stage.quiet();
    await stage.run(plant, { name, id: PLANTED, lookalikes });
    // The next visit registers the worker anew.
    await stage.goto(`${stage.origin}/desk.html`);
    await stage.until(HAS_SESSION, { mayFail: true, forMs: 5000 });
  }
  stage.loot.add('the seal of a planted cookie', [await fetchSeal(stage.origin, `${name}=${PLANTED}`)]);
}

export const plantedSeal: Attack = {
  name: 'planted seal',
  tries:
    'floods the seal’s cookie out of the jar and plants its own: same name, other paths, letters, nameless, doubled',
  threat: '5.1.2',
  defence: '`__Host-Http-` name that no script can set; doubles and lookalikes get no script',
  deployment: { front: 'https' },
  signedIn: 'nobody',
  weakness: {
    without: 'the prefix (plain http on localhost)',
    deployment: {},
    harmlessIn: { webkit: 'WebKit lets no script crowd out or replace an HttpOnly cookie' },
  },
  run,
};

/** Sends the person here from another site, in each way that may leave a cookie behind. */
async function comeFromAnotherSite(stage: Stage): Promise<void> {
  const target = `${stage.origin}/desk.html`;
  const arrive = async (html: string, sandbox?: string) => {
    const page = new URL('/page', stage.evil.site);
    page.searchParams.set('html', html);
    if (sandbox !== undefined) page.searchParams.set('sandbox', sandbox);
    await stage.goto(page.href);
    await stage.tab.click('#go').catch(() => undefined);
    await stage.pause(400);
  };
  const link = `<a id="go" href="${target}">go</a>`;
  const form = `<form method="post" action="${target}"><button id="go">go</button></form>`;
  stage.onAppRequest((_req, res) => {
    const { end } = res;
    res.end = (...rest: never[]) => {
      if (/seal=/.test(String(res.getHeader('set-cookie'))))
        stage.loot.gain('another seal in place of the session’s');
      return Reflect.apply(end, res, rest);
    };
    return false;
  });
  await arrive(link);
  await arrive(form);
  await arrive(link, 'allow-scripts allow-top-navigation allow-forms');
  await arrive(form, 'allow-scripts allow-top-navigation allow-forms');
  await arrive(`<iframe src="${target}"></iframe><img src="${target}">${link}`);
  await arrive(`<a id="go" target="_blank" rel="noopener" href="${target}">go</a>`);
}

export const wipedSeal: Attack = {
  name: 'wiped seal',
  tries:
    'a link, a POST, a frame and sandboxed navigations from another site: is the seal replaced, and the session lost?',
  threat: '5.1.2',
  defence: '`SameSite=Lax`, and minted only where its absence is certain',
  weakness: {
    without: 'Lax (the cookie is `SameSite=Strict`)',
    weaken: (stage) =>
      stage.onAppRequest((_req, res) => {
        const setHeader = res.setHeader.bind(res);
        res.setHeader = (name, value) =>
          setHeader(
            name,
            name.toLowerCase() === 'set-cookie'
              ? [value].flat().map((cookie) => String(cookie).replace('SameSite=Lax', 'SameSite=Strict'))
              : value,
          );
        return false;
      }),
  },
  run: comeFromAnotherSite,
};
