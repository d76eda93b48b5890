import { Api } from '../../demo/api/api.js';
import { AuthorizationServer } from '../../demo/authorization-server/authorization-server.js';
import { CLIENT_ID } from '../../demo/authorization-server/provider-configuration.js';
import { type LoopbackServer, listen } from '../../demo/loopback-server.js';

/** The authorization server and the API of the demonstration, for an application that is somebody else's. */
export class Neighbours {
  readonly #issuer: LoopbackServer;
  readonly #api: LoopbackServer;

  /** Both have their origins from here on, and answer once they know the application's. */
  static async listen(): Promise<Neighbours> {
    return new Neighbours(await listen(0, console.error), await listen(0, console.error));
  }

  private constructor(issuer: LoopbackServer, api: LoopbackServer) {
    this.#issuer = issuer;
    this.#api = api;
  }

  get apiOrigin(): string {
    return this.#api.origin;
  }

  /** The sample with these two in the place of the example's. */
  settleIn(sample: string): string {
    return sample
      .replaceAll('https://id.example.com', this.#issuer.origin)
      .replaceAll('https://api.example.com', this.#api.origin)
      .replaceAll('orders-spa', CLIENT_ID);
  }

  async serve(appOrigin: string): Promise<void> {
    const origins = { appOrigin, apiOrigin: this.#api.origin, issuer: this.#issuer.origin };
    const onError = console.error;
    const authorizationServer = await AuthorizationServer.create({
      ...origins,
      accessTokenSeconds: 60,
      onError,
    });
    const api = new Api({ ...origins, origin: origins.apiOrigin, onError });
    this.#issuer.handle((request, response) => authorizationServer.handle(request, response));
    this.#api.handle((request, response) => api.handle(request, response));
  }

  async close(): Promise<void> {
    await Promise.all([this.#issuer.close(), this.#api.close()]);
  }
}
