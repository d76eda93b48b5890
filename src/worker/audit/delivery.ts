import type { Environment } from '../environment.js';
import { receiverWaitMs } from '../receiver.js';
import type { Vault } from '../vault/vault.js';
import { AUDIT_RECORD, type AuditRing } from './ring.js';

/** A moment that is further away than this tells that the clock was set back, or that the receiver asks for more than is good. */
const LONGEST_PAUSE_MS = 86_400_000;

export interface DeliverySettings {
  readonly url: string;
  readonly batchEntries: number;
  readonly timeoutSeconds: number;
}

/** How far the receiver has it; in the vault. */
interface Delivered {
  readonly last?: { readonly seq: number; readonly id: string } | undefined;
  readonly failures: number;
  /** The receiver is not to be asked before. */
  readonly notBefore: number;
}

const NOTHING: Delivered = { failures: 0, notBefore: 0 };

interface Parts {
  readonly settings: DeliverySettings;
  readonly environment: Pick<Environment, 'clock' | 'fetch' | 'random' | 'setTimer'>;
  readonly ring: Pick<AuditRing, 'after'>;
  readonly vault: Vault;
}

/** Sends the log's entries to the application's server, in their order and in batches, each until it was taken once at least. */
export class AuditDelivery {
  readonly #parts: Parts;
  #flight: Promise<void> | undefined;
  #isAskedAgain = false;
  #cancelTimer: (() => void) | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** There may be something to send. */
  begin(): void {
    this.#isAskedAgain = true;
    this.#flight ??= this.#run()
      // The vault cannot be used now; the next entry finds out again.
      .catch(() => undefined)
      .finally(() => {
        this.#flight = undefined;
        // Asked for when it was as good as over.
        if (this.#isAskedAgain) this.begin();
      });
  }

  /** Settles when nothing is under way. Never rejects. */
  async settled(): Promise<void> {
    while (this.#flight) await this.#flight;
  }

  async #run(): Promise<void> {
    const { ring, settings, environment } = this.#parts;
    while (this.#isAskedAgain) {
      this.#isAskedAgain = false;
      let delivered = await this.#delivered();
      const pauseMs = delivered.notBefore - environment.clock.now();
      if (pauseMs > 0 && pauseMs <= LONGEST_PAUSE_MS) return this.#later(pauseMs);
      for (;;) {
        const entries = await ring.after(delivered.last, settings.batchEntries);
        const last = entries.at(-1);
        if (!last) break;
        const body = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
        const response = await this.#send(body);
        if (!response?.ok) return this.#failed(delivered, response);
        delivered = { ...NOTHING, last: { seq: last.seq, id: last.id } };
        await this.#write(delivered);
      }
    }
  }

  async #send(body: string): Promise<Response | undefined> {
    const { url, timeoutSeconds } = this.#parts.settings;
    const response = await this.#parts.environment
      .fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/x-ndjson' },
        body,
        credentials: 'omit',
        cache: 'no-store',
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
      })
      .catch(() => undefined);
    await response?.body?.cancel();
    return response;
  }

  /** Whatever the answer was: an entry is never given up for it. */
  async #failed({ last, failures: before }: Delivered, response: Response | undefined): Promise<void> {
    const { clock, random } = this.#parts.environment;
    const failures = before + 1;
    const now = clock.now();
    const waitMs = Math.min(receiverWaitMs(failures, random(), response, now), LONGEST_PAUSE_MS);
    this.#later(waitMs);
    await this.#write({ last, failures, notBefore: now + waitMs });
  }

  #later(waitMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#parts.environment.setTimer(() => this.begin(), waitMs);
  }

  async #delivered(): Promise<Delivered> {
    // One that cannot be read was not written here: all is sent again.
    const stored = await this.#parts.vault.read<Delivered>(AUDIT_RECORD.delivered).catch(() => undefined);
    return stored?.value ?? NOTHING;
  }

  async #write(delivered: Delivered): Promise<void> {
    await this.#parts.vault.commit({ put: [{ name: AUDIT_RECORD.delivered, value: delivered }] });
  }
}
