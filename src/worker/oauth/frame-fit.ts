import { SessionKeeperError } from '../../shared/errors.js';
import { admitsFrame } from '../frame-policy.js';
import type { RecoveryParts } from '../recovery.js';

type Parts = Pick<RecoveryParts, 'configuration' | 'environment' | 'server' | 'scope'>;

/** Whether a silent frame can work and is safe here, as far as it can be told from outside. */
export class FrameFit {
  readonly #parts: Parts;
  #isChecked = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Checks once in a worker's life; what did not fit is looked at again.
   *
   * @throws SessionKeeperError `silent_frame_refused`, or what the metadata failed with
   */
  async check(): Promise<void> {
    const { configuration, server } = this.#parts;
    if (this.#isChecked) return;
    const { response_modes_supported: modes = [], authorization_endpoint: endpoint } =
      await server.metadata();
    if (!modes.includes('form_post')) throw refused('response_modes_supported does not name form_post');
    this.#isChecked = await this.#checkPage([
      new URL(endpoint ?? configuration.issuer),
      configuration.redirectUri,
    ]);
  }

  /** @returns whether the page could be read; that it could not is no reason to refuse */
  async #checkPage(framed: readonly URL[]): Promise<boolean> {
    const { environment, scope } = this.#parts;
    const startPage = scope.registration.scope;
    const response = await environment.fetch(startPage).catch(() => undefined);
    await response?.body?.cancel();
    const policies = response?.headers.get('Content-Security-Policy') ?? '';
    const blocked = framed.find((url) => !admitsFrame(policies, url, environment.origin));
    if (blocked)
      throw refused(`the Content-Security-Policy of ${startPage} does not let a page frame ${blocked.href}`);
    return response !== undefined;
  }
}

function refused(why: string): SessionKeeperError {
  return new SessionKeeperError('silent_frame_refused', `The option silentFrame cannot be used: ${why}.`);
}
