import { CHANNEL, type Envelope, PROTOCOL, type RequestNote, type WorkerEvent } from '../shared/protocol.js';
import { REQUEST_TAG } from '../shared/request-tag.js';
import type { Environment } from './environment.js';
import { mayBeRepeated } from './network-retry.js';
import { remember } from './remember.js';

/** A request that the browser hands to a restarted worker again comes at once after its start. */
const REDISPATCH_WINDOW_MS = 5000;
/** A page answers when its main thread is free. */
const ANSWER_DEADLINE_MS = 10_000;

/** Cancelled tags that are remembered for requests still to come. */
const MOST_CANCELLED = 1000;

/** Pages that are remembered; the browser knows the others. */
const MOST_PAGES = 200;

/** The parts of a fetch event that are needed once it is known whose it is. */
export interface Arrival {
  readonly request: Request;
  /** Of the page that made it. */
  readonly clientId: string;
  /** Of the page that a navigation leads to, which is not there yet; empty for anything else. */
  readonly resultingClientId: string;
  waitUntil(work: Promise<unknown>): void;
}

/** Who waits for a request's answer. */
export interface Sender {
  /** Aborts when nobody does any more. */
  readonly signal: AbortSignal;
  /** The ids of the pages that have to be there still when it is sent. */
  pages: readonly string[];
}

/**
 * What the worker and a page say to each other about the page's requests.
 *
 * A worker that is stopped with a request in hand gets it again when it is started again (Chromium restarts the fetch event
 * once), and remembers nothing. The page does: it is told before an unsafe request is sent, and asked by a worker that has
 * just started. So such a request reaches the API at most once (RFC 9110 §9.2.2), and no database is on its way.
 */
export class PageRequests {
  readonly #environment: Environment;
  readonly #clients: Clients;
  readonly #startedAt: number;
  readonly #underWay = new Map<string, AbortController>();
  readonly #cancelled = new Map<string, true>();
  readonly #questions = new Map<string, (sent: boolean) => void>();
  readonly #pages = new Map<string, Client>();

  constructor(environment: Environment, clients: Clients) {
    this.#environment = environment;
    this.#clients = clients;
    this.#startedAt = environment.clock.now();
  }

  /** A page told something of one of its requests. */
  receive({ type, tag }: RequestNote): void {
    if (type === 'cancel') this.#cancel(tag);
    else this.#questions.get(tag)?.(type === 'sent');
  }

  /** Remembers the page, so that it can be written to without asking the browser for it. */
  remember(page: Client): void {
    remember(this.#pages, page.id, page, MOST_PAGES);
  }

  /** Begins to listen for the request being given up: by its page, or, for a navigation, in the window that it is for. */
  begin(arrival: Arrival): Sender {
    const { request, clientId, resultingClientId } = arrival;
    const controller = new AbortController();
    // The page that a navigation comes from may close before the window that it is for; a beacon is made to outlive its page.
    const pages = clientId && !resultingClientId && !request.keepalive ? [clientId] : [];
    const sender: Sender = { signal: controller.signal, pages };
    const name = nameOf(arrival);
    if (this.#cancelled.has(name)) controller.abort();
    else if (name) this.#underWay.set(name, controller);
    if (resultingClientId) void this.#watch(resultingClientId, request, sender);
    return sender;
  }

  /** It has its answer. What becomes of a navigation from now on is not known: a download leads to no page, either. */
  end(arrival: Arrival): void {
    this.#underWay.delete(nameOf(arrival));
  }

  /** Whether a worker before this one may have had the request. */
  mayBeRepetition(request: Request): boolean {
    return (
      this.#environment.clock.now() - this.#startedAt < REDISPATCH_WINDOW_MS && unsafeTag(request) !== null
    );
  }

  /** Whether a worker before this one sent it, or may have. */
  async wasSent(request: Request, clientId: string): Promise<boolean> {
    const tag = unsafeTag(request);
    const page = await this.#page(clientId);
    if (!tag || !page) return false;
    return new Promise((resolve) => {
      const settle = (sent: boolean) => {
        cancelTimer();
        this.#questions.delete(tag);
        resolve(sent);
      };
      const cancelTimer = this.#environment.setTimer(() => settle(true), ANSWER_DEADLINE_MS);
      this.#questions.set(tag, settle);
      post(page, { type: 'was-sent', tag });
    });
  }

  /** Tells the page that the request is about to be sent, or that the API refused to take it. */
  async sending(request: Request, clientId: string, sending: boolean): Promise<void> {
    const tag = unsafeTag(request);
    if (!tag) return;
    const page = this.#pages.get(clientId) ?? (await this.#page(clientId));
    if (page) post(page, { type: 'sending', tag, sending });
  }

  /**
   * Chromium answers once the page is there that a navigation leads to, or will never be. Firefox and WebKit answer at once, and
   * tell nothing: there it is the page that it comes from that has to stay, or each that this may be.
   */
  async #watch(resultingClientId: string, { referrer }: Request, sender: Sender): Promise<void> {
    const page = this.#clients.get(resultingClientId);
    let isTold = true;
    void page.then(() => {
      isTold = false;
    });
    // Asked later, answered later: by then `page` has its answer where it tells nothing.
    const windows = await this.#clients.matchAll({ includeUncontrolled: true });
    if (!isTold) {
      const likely = windows.filter(({ url }) => url === referrer);
      sender.pages = (likely[0] ? likely : windows).map(({ id }) => id);
    } else if (!(await page)) this.#underWay.get(resultingClientId)?.abort();
  }

  /** The page's word may be faster than the request that it is about. */
  #cancel(tag: string): void {
    this.#underWay.get(tag)?.abort();
    remember(this.#cancelled, tag, true, MOST_CANCELLED);
  }

  async #page(clientId: string): Promise<Client | undefined> {
    const page = await this.#clients.get(clientId);
    if (page) this.remember(page);
    return page;
  }
}

/** A page cannot tag a navigation. */
function nameOf({ request, resultingClientId }: Arrival): string {
  return request.headers.get(REQUEST_TAG) ?? resultingClientId;
}

/** The tag of a request that must not be sent twice. */
function unsafeTag(request: Request): string | null {
  return mayBeRepeated(request) ? null : request.headers.get(REQUEST_TAG);
}

function post(page: Client, event: WorkerEvent): void {
  page.postMessage({ channel: CHANNEL, protocol: PROTOCOL.current, event } satisfies Envelope);
}
