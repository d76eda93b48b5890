import type { Envelope, WorkerEvent } from '../../../src/shared/protocol.js';

/** The windows of one browser, as a worker's `clients` see them. */
export class FakePages {
  readonly #pages: WindowClient[] = [];
  /** Every event that went to one page, with the page's id. */
  readonly asked: { readonly id: string; readonly type: WorkerEvent['type'] }[] = [];

  /** Opens a page that does this when the worker writes to it. */
  open(page: Partial<WindowClient> & { readonly id: string }, onEvent: (event: WorkerEvent) => void): void {
    const client = {
      type: 'window',
      frameType: 'top-level',
      focused: false,
      visibilityState: 'visible',
      ...page,
      postMessage: ({ event }: Envelope) => {
        if (!event) return;
        this.asked.push({ id: page.id, type: event.type });
        onEvent(event);
      },
    };
    this.#pages.push(client as WindowClient);
  }

  scope(startPage: string): Pick<ServiceWorkerGlobalScope, 'clients' | 'registration'> {
    const clients = { matchAll: async () => this.#pages } as unknown as Clients;
    return { clients, registration: { scope: startPage } as ServiceWorkerRegistration };
  }
}
