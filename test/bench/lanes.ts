import { buildApp } from '../../demo/app-server/build-app.js';
import type { System } from '../../demo/system.js';
import { REQUEST_NAME } from '../workers/request-name.js';
import { CREDENTIAL_PATH } from './bench-api.js';
import type { Workload } from './measure.js';
import { type BenchPage, type BenchVariant, sourceOf } from './variants.js';

/** What a keeper is compared with that has a session. */
export const FLOORS = ['floor', 'floor again', 'floor that tells and keeps'] as const;
/** And one more where tokens are bound: without it nobody knows what a proof takes that no keeper can leave out. */
export const PROVING_FLOOR = 'floor that tells, keeps and proves';
/** Those whose page names each request that is not safe to repeat: without a name it could not be told which one is meant. */
const NAMING: readonly string[] = ['floor that tells and keeps', PROVING_FLOOR];
/** What a keeper is compared with whose requests are none of its business. */
export const OTHERS = ['static route', 'no-op', 'pass-through', 'no worker'] as const;
type Keeper = 'keeper' | 'keeper, DPoP';
export type LaneName = Keeper | (typeof FLOORS)[number] | typeof PROVING_FLOOR | (typeof OTHERS)[number];

/**
 * A page with one frame for each worker of its origin: the keeper, and the floors beside it. The frames share the page's process and
 * its thread, and their requests take turns one by one, so that whatever the machine or the browser does meets all of them.
 */
export type Lanes = BenchVariant & { readonly name: Keeper };

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

/** Makes the page of a keeper that is signed in one with lanes. */
export async function openLanes(variant: BenchVariant): Promise<Lanes> {
  const { name, page, system } = variant;
  if (name !== 'keeper' && name !== 'keeper, DPoP') throw new TypeError(`${name} is no keeper`);
  const floors: readonly LaneName[] = name === 'keeper' ? FLOORS : [...FLOORS, PROVING_FLOOR];
  await openFrames(page, system, [
    { name, path: '/lanes/keeper.html' },
    ...floors.map((floor) => ({ name: floor, path: `${folderOf(floor)}/lane.html` })),
  ]);
  await requireCredentials(page, system, name);
  return { ...variant, name };
}

/** Makes a page without a worker one with lanes in which nobody is signed in. */
export async function openOtherLanes(variant: BenchVariant): Promise<Lanes> {
  const { page, system } = variant;
  await openFrames(page, system, [
    { name: 'keeper', path: `${folderOf('keeper')}/lane.html?manual` },
    ...OTHERS.map((other) => ({ name: other, path: `${folderOf(other)}/lane.html` })),
  ]);
  const scripts = await page.evaluate(() =>
    lanes.map(
      ({ name, window }) => [name, window.navigator.serviceWorker.controller?.scriptURL ?? null] as const,
    ),
  );
  for (const [name, script] of scripts) {
    const expected = name === 'no worker' ? null : `${system.app.origin}${folderOf(name)}/worker.js`;
    if (script !== expected) throw new Error(`${name} has the worker ${script}`);
  }
  return { ...variant, name: 'keeper' };
}

/** Sends requests through all lanes in turn, in another order each time, and gives how long each took in ms, its answer read. */
export async function measureLanes(page: BenchPage, workload: Workload): Promise<Record<LaneName, number[]>> {
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

async function openFrames(
  page: BenchPage,
  system: System,
  frames: readonly { name: LaneName; path: string }[],
): Promise<void> {
  const served = serving.get(system) ?? serve(system);
  serving.set(system, served);
  await served;
  await page.goto(`${system.app.origin}/lanes.html`);
  await page.evaluate(async (wanted) => {
    globalThis.lanes = [];
    for (const { name, path } of wanted) {
      const frame = document.createElement('iframe');
      await new Promise<unknown>((resolve) => {
        frame.onload = resolve;
        frame.src = path;
        document.body.append(frame);
      });
      const window = frame.contentWindow as LaneWindow | null;
      if (!window) throw new Error(`${path} did not open`);
      await window.controlled;
      lanes.push({ name, window });
    }
  }, frames);
}

/** A frame whose requests went past its worker would be measured all the same. */
async function requireCredentials(page: BenchPage, { api }: System, keeper: Keeper): Promise<void> {
  const credentials = await page.evaluate(
    (url) =>
      Promise.all(
        lanes.map(async ({ name, window }) => [name, await (await window.fetch(url)).text()] as const),
      ),
    api.origin + CREDENTIAL_PATH,
  );
  for (const [name, credential] of credentials) {
    const scheme = name === PROVING_FLOOR || name === 'keeper, DPoP' ? 'DPoP' : 'Bearer';
    const expected = new RegExp(name === keeper ? `^${scheme} ey` : `^${scheme} fixed$`);
    if (!expected.test(credential)) throw new Error(`${name} sent the credential ${credential}`);
  }
}

/** Lets the app's server have the pages, and the workers that are for a folder. */
async function serve({ app, api, authorizationServer }: System): Promise<void> {
  const values = {
    issuer: authorizationServer.issuer,
    api: api.origin,
    accessTokenSeconds: 0,
    silentFrame: false,
    controlRoom: false,
    workerOptions: {},
  };
  const files = new Map([
    ['/lanes.html', '<!doctype html><title>lanes</title><body></body>'],
    // Of the worker that has the whole origin.
    ['/lanes/keeper.html', page(`globalThis.controlled = import('/bare.js');`)],
    [`${folderOf('keeper')}/lane.html`, page(KEEPER_PAGE)],
    [`${folderOf('no worker')}/lane.html`, page('globalThis.controlled = Promise.resolve();')],
  ]);
  for (const lane of ['keeper', ...FLOORS, PROVING_FLOOR, 'static route', 'no-op', 'pass-through'] as const) {
    const { workerScript } = await buildApp(
      values,
      sourceOf(lane === 'keeper' ? 'keeper in a folder' : lane),
    );
    files.set(`${folderOf(lane)}/worker.js`, workerScript);
    if (lane !== 'keeper')
      files.set(
        `${folderOf(lane)}/lane.html`,
        page(NAMING.includes(lane) ? NAMING_PAGE + FLOOR_PAGE : FLOOR_PAGE),
      );
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

const KEEPER_PAGE = `
  globalThis.controlled = import('/bare.js').then(() => registerSessionKeeper({ worker: 'worker.js' }));
`;

function page(script: string): string {
  return `<!doctype html><title>lane</title><script type="module">${script}</script>`;
}

/** Each request that is not safe to repeat has a name, and whether it was sent is remembered until it is answered. */
const NAMING_PAGE = `
  const { fetch } = globalThis;
  const sent = new Map();
  const own = crypto.randomUUID();
  let count = 0;
  globalThis.fetch = (input, init) => {
    if (!init) return fetch(input);
    const request = new Request(input, init);
    const name = own + (count += 1);
    request.headers.set('${REQUEST_NAME}', name);
    sent.set(name, false);
    return fetch(request).finally(() => sent.delete(name));
  };
  navigator.serviceWorker.addEventListener('message', ({ data }) => sent.has(data.sending) && sent.set(data.sending, true));
`;

/** Another worker, of the whole origin, may have control of it first. */
const FLOOR_PAGE = `
  const container = navigator.serviceWorker;
  container.startMessages();
  const script = new URL('worker.js', location).href;
  globalThis.controlled = new Promise((resolve, reject) => {
    const look = () => container.controller?.scriptURL === script && resolve();
    container.addEventListener('controllerchange', look);
    container.register(script).then(look, reject);
    setTimeout(() => reject(new Error('the worker does not take control of its page')), 30_000);
  });
`;
