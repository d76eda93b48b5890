import { demo } from './demo-values.js';

/** A request of some tab, over. */
export interface SettledRequest {
  /** When it was sent, in milliseconds since the epoch. */
  readonly sentAt: number;
  readonly tookMs: number;
  readonly isAnswered: boolean;
}

/** What a tab tells the control room after each change. */
export interface TabReport {
  readonly tab: string;
  readonly sent: number;
  readonly answered: number;
  readonly failed: number;
  /** Sent, and not answered yet. */
  readonly waiting: number;
  readonly settled?: SettledRequest;
}

export const TAB_CHANNEL = 'order-desk:tabs';

/** Counts this tab's requests to the API, and tells the control room where there is one. */
export class TabTraffic {
  readonly #tab: string;
  readonly #channel = demo.controlRoom ? new BroadcastChannel(TAB_CHANNEL) : undefined;
  readonly #listeners = new Set<(report: TabReport) => void>();
  #sent = 0;
  #answered = 0;
  #failed = 0;

  constructor(name: string) {
    this.#tab = name;
  }

  /** A channel does not tell the one who speaks. */
  onReport(listener: (report: TabReport) => void): void {
    this.#listeners.add(listener);
  }

  /** Sends, and counts. */
  async send(url: string, init?: RequestInit): Promise<Response> {
    const sentAt = Date.now();
    this.#sent += 1;
    this.#tell();
    try {
      const response = await fetch(url, init);
      this.#settle(sentAt, response.ok);
      return response;
    } catch (error) {
      this.#settle(sentAt, false);
      throw error;
    }
  }

  #settle(sentAt: number, isAnswered: boolean): void {
    if (isAnswered) this.#answered += 1;
    else this.#failed += 1;
    this.#tell({ sentAt, tookMs: Date.now() - sentAt, isAnswered });
  }

  #tell(settled?: SettledRequest): void {
    const report: TabReport = {
      tab: this.#tab,
      sent: this.#sent,
      answered: this.#answered,
      failed: this.#failed,
      waiting: this.#sent - this.#answered - this.#failed,
      ...(settled && { settled }),
    };
    this.#channel?.postMessage(report);
    for (const listener of this.#listeners) listener(report);
  }
}

/** `Desk 3f`: tells tabs apart; the same for as long as the tab is open. */
function nameOfTab(): string {
  const KEY = 'order-desk:tab';
  const kept = sessionStorage.getItem(KEY);
  const mark = kept ?? crypto.randomUUID().slice(0, 2);
  sessionStorage.setItem(KEY, mark);
  return `${location.pathname === '/control-room.html' ? 'Control room' : 'Order desk'} ${mark}`;
}

export const traffic = new TabTraffic(nameOfTab());
