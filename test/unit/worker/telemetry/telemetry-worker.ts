import { vi } from 'vitest';
import type { Commands, Envelope, SignInStarted } from '../../../../src/shared/protocol.js';
import { REQUEST_TAG } from '../../../../src/shared/request-tag.js';
import type { TelemetryEvent } from '../../../../src/shared/telemetry-event.js';
import { type Handlers, replied } from '../../../../src/worker/commands.js';
import { createKeeper, type Keeper } from '../../../../src/worker/keeper.js';
import type { SessionKeeperOptions } from '../../../../src/worker/options.js';
import { telemetry } from '../../../../src/worker/telemetry/create-telemetry.js';
import type { TelemetryOptions } from '../../../../src/worker/telemetry/telemetry.js';
import { memoryVault } from '../../../../src/worker/vault/memory-vault.js';
import { FakeApi } from '../fake-api.js';
import { FakeAuthorizationServer, ISSUER } from '../fake-authorization-server.js';
import { idToken } from '../fake-id-token.js';
import { FakeLocks } from '../fake-locks.js';
import { OPTIONS, ORIGIN } from '../worker-parts.js';

export const ORDERS = 'https://api.example.com/v1/orders';
export const COLLECTOR = 'https://otel.example.com';

/** Stands in for the worker's globals and its clocks, until `vi.useRealTimers` and `vi.unstubAllGlobals`. */
export function fakeWorkerGlobals(): void {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'performance'] });
  vi.stubGlobal('self', { location: { origin: ORIGIN } });
  vi.stubGlobal(
    'BroadcastChannel',
    class {
      postMessage(): void {}
    },
  );
}

/** Everything that needs no timer has happened afterwards. */
export async function rest(): Promise<void> {
  for (let round = 0; round < 30; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets everything happen that needs no timer, until this is so. */
export async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; round < 10_000 && !condition(); round += 1)
    await new Promise((resolve) => setImmediate(resolve));
  if (!condition()) throw new Error('it did not come to pass');
}

/** Lets time pass, with every timer at its moment. */
export async function pass(seconds: number): Promise<void> {
  await rest();
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  await rest();
}

/** A whole worker with telemetry, as its composition root makes it; its vault is its memory. */
export class TelemetryWorker {
  readonly server = new FakeAuthorizationServer();
  readonly api = new FakeApi();
  /** What the telemetry receiver got. */
  readonly exports: {
    readonly path: string;
    readonly body: string;
    readonly headers: Headers;
    readonly redirect: RequestRedirect | undefined;
  }[] = [];
  /** The next answers of the telemetry receiver; 200 without one. */
  readonly receiverAnswers: Response[] = [];
  /** The next answers of the app's server. */
  readonly ownAnswers: Response[] = [];
  readonly events: TelemetryEvent[] = [];
  /** What every page was told. */
  readonly told: NonNullable<Envelope['event']>[] = [];
  readonly commands: Commands;
  /** Dispatches a message to the listeners that telemetry itself has. */
  readonly listeners: ((event: { waitUntil(work: Promise<unknown>): void }) => void)[] = [];
  /** What the page does that is told to open a frame. */
  onRecover: () => void = () => undefined;
  readonly #keeper: Keeper;

  constructor(
    options: Partial<SessionKeeperOptions> = {},
    { sinks = [], ...more }: TelemetryOptions = {},
    state: ServiceWorkerState = 'activated',
  ) {
    const page = {
      id: 'page',
      url: `${ORIGIN}/`,
      type: 'window',
      frameType: 'top-level',
      postMessage: ({ event }: Envelope) => {
        if (event) this.told.push(event);
        if (event?.type === 'recover') this.onRecover();
      },
    };
    const scope = {
      registration: { scope: `${ORIGIN}/` },
      fetch: (input: RequestInfo | URL, init?: RequestInit) => this.#fetch(input, init),
      navigator: { locks: new FakeLocks() },
      location: { origin: ORIGIN, pathname: '/service-worker.js' },
      importScripts: () => undefined,
      serviceWorker: { state },
      clients: { matchAll: async () => [page], get: async () => page, claim: async () => undefined },
      addEventListener: (_: string, listener: (typeof this.listeners)[number]) =>
        this.listeners.push(listener),
    };
    const told = telemetry({ ...more, sinks: [(event) => void this.events.push(event), ...sinks] });
    this.#keeper = createKeeper(
      { ...OPTIONS, memoryVault: memoryVault(), scope: 'orders', ...options, telemetry: told },
      scope as unknown as ServiceWorkerGlobalScope,
    );
    this.commands = asPagesHaveThem(this.#keeper.commands);
  }

  /** The names of the events so far. */
  get names(): string[] {
    return this.events.map(({ name }) => name);
  }

  /** The events of this name, without their names and moments. */
  of(name: TelemetryEvent['name']): Record<string, unknown>[] {
    return this.events
      .filter((event) => event.name === name)
      .map(({ name: _, at: __, ...fields }) => ({ ...fields }));
  }

  /** Signs in by redirect. */
  async signIn(tokens: Record<string, unknown> = {}): Promise<void> {
    const reply = await this.commands.signIn({ mode: 'redirect' });
    if (!reply.ok) throw new Error(reply.error.message);
    await this.answerSignIn(reply.value, tokens);
  }

  /** The authorization server's answer arrives in a window or frame. */
  async answerSignIn(
    { url }: SignInStarted,
    tokens: Record<string, unknown> = {},
    destination = 'document',
  ): Promise<void> {
    const { searchParams } = new URL(url);
    const nonce = searchParams.get('nonce');
    this.server.answerNext(() =>
      this.server.tokens({ ...(nonce && { id_token: idToken({ nonce }) }), ...tokens }),
    );
    const form = new URLSearchParams({ code: 'the-c0de', state: searchParams.get('state') ?? '' });
    await this.dispatch({
      url: `${ORIGIN}/session/callback`,
      method: 'POST',
      mode: 'navigate',
      destination,
      text: async () => String(form),
    } as unknown as Request).response;
    await rest();
  }

  /** A request of the page to the API. */
  async send(init: RequestInit = {}, bodyBytes = 0): Promise<number> {
    const tag = `${crypto.randomUUID()};${bodyBytes}`;
    const headers = { ...Object.fromEntries(new Headers(init.headers)), [REQUEST_TAG]: tag };
    return (await this.dispatch(new Request(ORDERS, { ...init, headers })).response).status;
  }

  /** The same, and the page gives it up while it waits. */
  async giveUp(): Promise<void> {
    const tag = crypto.randomUUID();
    const sent = this.dispatch(new Request(ORDERS, { headers: { [REQUEST_TAG]: tag } }));
    await rest();
    this.#keeper.pages.receive({ type: 'cancel', tag });
    await sent.response.catch(() => undefined);
  }

  /** A fetch event, and what it waits for. */
  dispatch(request: Request): { readonly response: Promise<Response>; readonly awaited: Promise<unknown>[] } {
    const route = this.#keeper.fetchHandler.route(request);
    if (!route) throw new Error('the request is not the keeper’s');
    const awaited: Promise<unknown>[] = [];
    const response = this.#keeper.fetchHandler.answer(route, {
      request,
      clientId: 'page',
      resultingClientId: '',
      waitUntil: (work) => awaited.push(work),
    });
    return { response, awaited };
  }

  async #fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const { origin, pathname } = new URL(input instanceof Request ? input.url : input, ORIGIN);
    if (origin === ISSUER) return this.server.fetch(input, init);
    if (origin === ORIGIN) return this.ownAnswers.shift() ?? new Response('');
    if (origin !== COLLECTOR) return this.api.fetch(input, init);
    const { body, headers, redirect } = init ?? {};
    this.exports.push({ path: pathname, body: String(body), headers: new Headers(headers), redirect });
    return this.receiverAnswers.shift() ?? Response.json({});
  }
}

/** What the bridge makes of the commands: a reply, whatever comes of them. */
function asPagesHaveThem(handlers: Handlers): Commands {
  type Handler = (argument: never) => Promise<unknown>;
  const commands = Object.entries<Handler>({ ...handlers }).map(([name, handle]) => [
    name,
    (argument: never) => replied(() => handle(argument)),
  ]);
  return Object.fromEntries(commands);
}
