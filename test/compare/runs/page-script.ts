import type { Page } from '@playwright/test';
import { everythingStored } from '../../support/everything-stored.js';
import type { Cell } from '../cells.js';
import { callsIn, EVERY_MS } from '../plan.js';
import type { Stage } from '../stage.js';

/** Long enough for a renewal under the eyes of the script. */
const SHORT_TOKEN_SECONDS = 4;
const LOOKING_SECONDS = 4;

/** A script that runs before any other of the page looks for tokens, in the plain ways. */
export async function pageScript(stage: Stage, accessTokenSeconds: number): Promise<Cell> {
  const { authorizationServer } = stage.system;
  authorizationServer.setAccessTokenSeconds(SHORT_TOKEN_SECONDS);
  try {
    return await stage.visit(async ({ page }) => {
      const work = { url: stage.protectedAnswer, count: callsIn(LOOKING_SECONDS), everyMs: EVERY_MS };
      await page.evaluate(({ url, count, everyMs }) => compared.steady(url, count, everyMs), work);
      const found = await lookEverywhere(page);
      return lootCell(found, stage.tokens.issued);
    }, listen);
  } finally {
    authorizationServer.setAccessTokenSeconds(accessTokenSeconds);
  }
}

type Loot = Readonly<Record<string, string>>;

async function lookEverywhere(page: Page): Promise<Loot> {
  const { texts } = await everythingStored(page);
  const replies = await askWorker(page);
  return {
    storage: texts.join('\n'),
    "the library's own interface": await page.evaluate(() => compared.ask()),
    'a wrapper of fetch': await page.evaluate(() => Reflect.get(globalThis, 'overheard').join('\n')),
    'messages to the worker': replies,
  };
}

function lootCell(loot: Loot, issued: ReadonlySet<string>): Cell {
  const ways = Object.entries(loot)
    .filter(([, text]) => [...issued].some((token) => text.includes(token)))
    .map(([way]) => way);
  const looked = Object.fromEntries(Object.entries(loot).map(([way, text]) => [way, text.length]));
  return {
    text: ways.length === 0 ? 'no' : `yes: ${ways.join(', ')}`,
    score: ways.length === 0 ? 0 : 1,
    isBroken: ways.length > 0,
    samples: { ways, charactersLookedThrough: looked, tokensIssued: issued.size },
  };
}

/** Notes what goes in and out of every `fetch` of the page, and what workers say to it. Serialized: it sees nothing of this file. */
function listen(): void {
  const overheard: string[] = [];
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input instanceof Request ? input.clone() : input, init);
    overheard.push(request.url, ...[...request.headers].flat(), await request.clone().text());
    const response = await fetch(input, init);
    const copy = response.clone();
    void copy.text().then(
      (text) => overheard.push(...[...copy.headers].flat(), text),
      () => undefined,
    );
    return response;
  };
  navigator.serviceWorker.addEventListener('message', ({ data }) => overheard.push(JSON.stringify(data)));
  Object.assign(globalThis, { overheard });
}

/** Asks the worker for tokens, in the forms that each of the libraries' workers answers to. */
function askWorker(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const worker = navigator.serviceWorker.controller;
    if (!worker) return '';
    const names = ['token', 'tokens', 'getToken', 'getTokens', 'accessToken', 'vault', 'status', 'session'];
    const messages = [
      // comlink, as session-keeper's worker has it, and its plain form.
      ...names.map((name) => ({ call: { id: name, type: 'APPLY', path: [name], argumentList: [] } })),
      ...names.map((name) => ({ call: { id: `${name}?`, type: 'GET', path: [name] } })),
      ...names.map((name) => ({ id: name, type: 'GET', path: [name] })),
      // axa-fr's protocol.
      ...['getState', 'getCodeVerifier', 'getNonce', 'getSessionState', 'getTokens'].map((type) => ({
        type,
        data: null,
        configurationName: 'default',
      })),
    ];
    const replies: string[] = [];
    navigator.serviceWorker.addEventListener('message', ({ data }) => replies.push(JSON.stringify(data)));
    for (const message of messages) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => replies.push(JSON.stringify(data));
      worker.postMessage(message, [port2]);
    }
    // Nobody says that there is no answer.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return replies.join('\n');
  });
}
