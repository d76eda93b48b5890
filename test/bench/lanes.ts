import type { BrowserContext, Page } from '@playwright/test';
import { buildApp } from '../../demo/app-server/build-app.js';
import type { System } from '../../demo/system.js';
import { CREDENTIAL_PATH } from './bench-api.js';
import type { Workload } from './measure.js';
import { sourceOf, type Variant } from './variants.js';

/** What a keeper is compared with. */
export const FLOORS = ['floor', 'floor again', 'floor that tells and keeps'] as const;
type Keeper = 'keeper' | 'keeper, DPoP';
export type LaneName = Keeper | (typeof FLOORS)[number];

/**
 * A page with one frame for each worker of its origin: the keeper, and the floors beside it. The frames share the page's process and
 * its thread, and their requests take turns one by one, so that whatever the machine or the browser does meets all of them.
 */
export interface Lanes {
  readonly name: Keeper;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly system: System;
}

/** In a frame. */
interface LaneWindow extends Window {
  readonly fetch: typeof fetch;
  /** Settles when its worker has control of it. */
  readonly controlled: Promise<unknown>;
}

interface Lane {
  readonly name: string;
  readonly window: LaneWindow;
}

declare global {
  /** Of a page with lanes. */
  var lanes: Lane[];
}

/** The path that a lane's page and worker are in. */
export function folderOf(name: string): string {
  return `/lanes/${name.replaceAll(/\W+/g, '-')}`;
}

const serving = new WeakMap<System, Promise<void>>();

/** Makes the page of a keeper one with lanes. */
export async function openLanes({ name, context, page, system }: Variant): Promise<Lanes> {
  if (name !== 'keeper' && name !== 'keeper, DPoP') throw new TypeError(`${name} is no keeper`);
  const served = serving.get(system) ?? serve(system);
  serving.set(system, served);
  await served;
  await page.goto(`${system.app.origin}/lanes.html`);
  const names = [name, ...FLOORS];
  await page.evaluate(
    openFrames,
    names.map((each) => ({
      name: each,
      url: `${each === name ? '/lanes/keeper' : folderOf(each)}/lane.html`,
    })),
  );
  await requireCredentials(page, system, name);
  return { name, context, page, system };
}

/** Sends requests through all lanes in turn, in another order each time, and gives how long each took in ms, its answer read. */
export async function measureLanes(page: Page, workload: Workload): Promise<Record<LaneName, number[]>> {
  await page.bringToFront();
  const durations = await page.evaluate(async ({ url, samples, bodyBytes, parallel = 1 }) => {
    const body = bodyBytes === undefined ? undefined : new Uint8Array(bodyBytes).fill(97);
    const send = async ({ window }: Lane) => {
      const response = await window.fetch(url, body && { method: 'POST', body });
      await response.text();
      if (!response.ok) throw new Error(`${url} was answered with ${response.status}`);
    };
    const durations: Record<string, number[]> = Object.fromEntries(lanes.map(({ name }) => [name, []]));
    for (let taken = 0; taken < samples; taken += 1) {
      const order = lanes
        .map((lane) => ({ lane, at: Math.random() }))
        .sort((one, other) => one.at - other.at);
      for (const { lane } of order) {
        const startedAt = performance.now();
        await Promise.all(Array.from({ length: parallel }, () => send(lane)));
        durations[lane.name]?.push(performance.now() - startedAt);
      }
    }
    return durations;
  }, workload);
  return durations as Record<LaneName, number[]>;
}

/** Runs in the page. */
async function openFrames(frames: readonly { name: string; url: string }[]): Promise<void> {
  globalThis.lanes = [];
  for (const { name, url } of frames) {
    const frame = document.createElement('iframe');
    await new Promise<unknown>((resolve) => {
      frame.onload = resolve;
      frame.src = url;
      document.body.append(frame);
    });
    const window = frame.contentWindow as LaneWindow | null;
    if (!window) throw new Error(`${url} did not open`);
    await window.controlled;
    lanes.push({ name, window });
  }
}

/** A frame whose requests went past its worker would be measured all the same. */
async function requireCredentials(page: Page, { api }: System, keeper: Keeper): Promise<void> {
  const credentials = await page.evaluate(
    (url) =>
      Promise.all(
        lanes.map(async ({ name, window }) => [name, await (await window.fetch(url)).text()] as const),
      ),
    api.origin + CREDENTIAL_PATH,
  );
  for (const [name, credential] of credentials) {
    const expected = name !== keeper ? /^Bearer fixed$/ : keeper === 'keeper' ? /^Bearer ey/ : /^DPoP ey/;
    if (!expected.test(credential)) throw new Error(`${name} sent the credential ${credential}`);
  }
}

/** Lets the app's server have the pages, and the floors' workers. */
async function serve({ app, api }: System): Promise<void> {
  const values = {
    issuer: '',
    api: api.origin,
    accessTokenSeconds: 0,
    silentFrame: false,
    controlRoom: false,
    workerOptions: {},
  };
  const files = new Map([
    ['/lanes.html', '<!doctype html><title>lanes</title><body></body>'],
    ['/lanes/keeper/lane.html', page(`globalThis.controlled = import('/bare.js');`)],
  ]);
  for (const floor of FLOORS) {
    const { workerScript } = await buildApp(values, sourceOf(floor));
    files.set(`${folderOf(floor)}/lane.html`, page(FLOOR_PAGE));
    files.set(`${folderOf(floor)}/worker.js`, workerScript);
  }
  app.onRequest((req, res) => {
    const { pathname } = new URL(req.url ?? '/', app.origin);
    const content = files.get(pathname);
    if (content === undefined) return false;
    res.setHeader('content-type', pathname.endsWith('.js') ? 'text/javascript' : 'text/html');
    res.setHeader('cross-origin-opener-policy', 'same-origin');
    res.setHeader('cross-origin-resource-policy', 'same-origin');
    res.end(content);
    return true;
  });
}

function page(script: string): string {
  return `<!doctype html><title>lane</title><script type="module">${script}</script>`;
}

/**
 * The keeper's worker has control of it first. It listens, and remembers what it is told: to a page that does not, an engine need not
 * bring a message.
 */
const FLOOR_PAGE = `
  const container = navigator.serviceWorker;
  const told = new Set();
  container.addEventListener('message', ({ data }) => told.add(data.sending));
  container.startMessages();
  const script = new URL('worker.js', location).href;
  globalThis.controlled = new Promise((resolve, reject) => {
    const look = () => container.controller?.scriptURL === script && resolve();
    container.addEventListener('controllerchange', look);
    container.register(script).then(look, reject);
    setTimeout(() => reject(new Error('the worker does not take control of its page')), 30_000);
  });
`;
