import * as oauth from 'oauth4webapi';
import type { Account } from '../authorization-server/accounts.js';
import { CLIENT, INSECURE, Person, type Places, repeatWithNonce } from '../person.js';

/** The same person's other device, played by the demo's server: a session of its own, at the same authorization server. */
export class SecondDevice {
  readonly #places: Places;
  readonly #accessToken: string;
  readonly #dpop: oauth.DPoPHandle | undefined;

  /** @param bound whether its tokens are bound to a key (RFC 9449) */
  static async signIn(places: Places, account: Account, bound: boolean): Promise<SecondDevice> {
    const dpop = bound ? oauth.DPoP(CLIENT, await oauth.generateKeyPair('ES256')) : undefined;
    const person = new Person(places, dpop);
    const tokens = await person.tokens({}, account.subject, account.password);
    return new SecondDevice(places, tokens.access_token, dpop);
  }

  private constructor(places: Places, accessToken: string, dpop: oauth.DPoPHandle | undefined) {
    this.#places = places;
    this.#accessToken = accessToken;
    this.#dpop = dpop;
  }

  async placeOrder(): Promise<void> {
    const order = { product: 'compass', quantity: 1, note: 'from the second device' };
    await this.#post('/api/orders', { 'content-type': 'application/json' }, JSON.stringify(order));
  }

  async signOutEverywhere(): Promise<void> {
    // What a browser says of a request of the origin itself.
    await this.#post('/service-worker.js?sign-out-everywhere', { 'sec-fetch-site': 'same-origin' });
  }

  async #post(path: string, headers: Readonly<Record<string, string>>, body?: string): Promise<void> {
    const url = new URL(path, this.#places.app.origin);
    const { status } = await repeatWithNonce(() =>
      oauth.protectedResourceRequest(this.#accessToken, 'POST', url, new Headers(headers), body, {
        ...INSECURE,
        ...(this.#dpop && { DPoP: this.#dpop }),
      }),
    );
    if (status >= 300) throw new Error(`${url.pathname} answered the second device with ${status}`);
  }
}
