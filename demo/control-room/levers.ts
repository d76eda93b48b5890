import { setTimeout as wait } from 'node:timers/promises';
import type { ApiControls } from '../api/api.js';
import { APPROVAL_SCOPE } from '../api/scopes.js';
import { ACCOUNTS, type Account } from '../authorization-server/accounts.js';
import type { AuthorizationServerControls } from '../authorization-server/authorization-server.js';
import type { Places } from '../person.js';
import { SecondDevice } from './second-device.js';

export interface LeverSettings {
  readonly app: Places['app'];
  readonly api: ApiControls;
  readonly authorizationServer: AuthorizationServerControls;
  readonly accessTokenSeconds: number;
  /** Whether tokens are bound to a key (RFC 9449). */
  readonly bound: boolean;
}

/** Long enough to be felt, short enough to be waited for. */
const OUTAGE_SECONDS = 4;
const SLOW = { tokenSeconds: 2, apiSeconds: 0.5, forSeconds: 4 };
/** An access token's part that the API's wrong clock takes away. */
const CLOCK_FRACTION = 0.75;

/**
 * What the control room can do to the servers. Each fault is over by itself, or is taken back by another lever; none of them touches the
 * browser.
 */
export class Levers {
  readonly #settings: LeverSettings;
  readonly #closing = new AbortController();
  readonly #levers: Readonly<Record<string, (account: Account) => unknown>>;

  constructor(settings: LeverSettings) {
    this.#settings = settings;
    const { api, authorizationServer, accessTokenSeconds } = settings;
    this.#levers = {
      expire: () => api.rejectTokensIssuedBefore(Date.now()),
      revoke: ({ subject }) => void authorizationServer.revokeAll(subject),
      outage: () => this.#outage(),
      'lose-answer': () => void authorizationServer.loseResponse(1),
      slow: () => this.#slow(),
      narrow: ({ subject }) => authorizationServer.narrowRenewals(subject, APPROVAL_SCOPE),
      widen: ({ subject }) => authorizationServer.narrowRenewals(subject),
      'clock-ahead': () => this.#setClock(Math.round(accessTokenSeconds * CLOCK_FRACTION)),
      'clock-right': () => this.#setClock(0),
      'second-device': (account) => this.#secondDevice(account),
      'sign-out-elsewhere': (account) => this.#signOutElsewhere(account),
    };
  }

  /** @returns what the lever has to tell, or `undefined` where there is no such lever, or no such person. */
  async pull(name: string, email: unknown): Promise<object | undefined> {
    const account = ACCOUNTS.find((known) => known.email === email);
    if (!account || !Object.hasOwn(this.#levers, name)) return undefined;
    return { ...((await this.#levers[name]?.(account)) as object | undefined) };
  }

  /** Nothing that waits here keeps the process up. */
  close(): void {
    this.#closing.abort();
  }

  #outage(): object {
    const { authorizationServer } = this.#settings;
    authorizationServer.down('unavailable');
    this.#after(OUTAGE_SECONDS, () => authorizationServer.down(false));
    return { seconds: OUTAGE_SECONDS };
  }

  #slow(): object {
    const { api, authorizationServer } = this.#settings;
    const { tokenSeconds, apiSeconds, forSeconds } = SLOW;
    const fault = authorizationServer.delay(tokenSeconds * 1000);
    const quicken = api.onRequest(async () => {
      await this.#wait(apiSeconds);
      return false;
    });
    this.#after(forSeconds, () => {
      fault.dispose();
      quicken();
    });
    return { tokenSeconds, apiSeconds };
  }

  #setClock(aheadSeconds: number): object {
    this.#settings.api.setClockAhead(aheadSeconds);
    return { aheadSeconds, leftSeconds: this.#settings.accessTokenSeconds - aheadSeconds };
  }

  async #secondDevice(account: Account): Promise<object> {
    const device = await this.#signInElsewhere(account);
    await device.placeOrder();
    return { refreshTokens: this.#settings.authorizationServer.liveRefreshTokens(account.subject) };
  }

  async #signOutElsewhere(account: Account): Promise<object> {
    const device = await this.#signInElsewhere(account);
    const at = Date.now();
    await device.signOutEverywhere();
    return { at };
  }

  #signInElsewhere(account: Account): Promise<SecondDevice> {
    const { app, authorizationServer, bound } = this.#settings;
    return SecondDevice.signIn({ app, authorizationServer }, account, bound);
  }

  #after(seconds: number, then: () => void): void {
    void this.#wait(seconds).then(then);
  }

  /** At once where the control room is closed. */
  #wait(seconds: number): Promise<void> {
    return wait(seconds * 1000, undefined, { signal: this.#closing.signal, ref: false }).catch(
      () => undefined,
    );
  }
}
