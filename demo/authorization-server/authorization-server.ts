import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { type Outage, OutageSwitch } from '../outage.js';
import { type RequestHook, RequestHooks } from '../request-hooks.js';
import { Interactions, SIGN_IN_PATH } from './interactions.js';
import { MemoryStore } from './memory-store.js';
import {
  ICON,
  ICON_PATH,
  PASSKEY_SCRIPT,
  PASSKEY_SCRIPT_PATH,
  STYLE,
  STYLE_PATH,
  SUBMIT_SCRIPT,
  SUBMIT_SCRIPT_PATH,
} from './pages.js';
import { Passkeys } from './passkeys.js';
import { providerConfiguration } from './provider-configuration.js';
import { loadProvider } from './provider-module.js';
import type { RefreshTokenKind } from './refresh-token-kind.js';
import { type AuthorizationServerStats, ServerStats } from './server-stats.js';
import {
  type Fault,
  type FaultReach,
  type HeldRequest,
  isTokenRequest,
  type TokenFaultControls,
  TokenFaults,
} from './token-faults.js';
import { WithheldScopes } from './withheld-scopes.js';

/** The authorization server's levers, for tests and for the curious. */
export interface AuthorizationServerControls extends TokenFaultControls {
  readonly issuer: string;
  stats(): AuthorizationServerStats;
  resetStats(): void;
  /** `true` and `'drop'` cut connections; `'unavailable'` answers 503; `false` works again. */
  down(outage: boolean | Outage): void;
  /** Takes back every grant of a subject. @returns how many there were. */
  revokeAll(subject: string): number;
  /** Takes back the grant of a subject that began last, as of one device. @returns how many there were: 0 or 1. */
  revokeLatest(subject: string): number;
  /** Refresh tokens of a subject that could be used now and were not used yet. */
  liveRefreshTokens(subject: string): number;
  /** Whether it could be used now; a rotated one within its grace could. */
  refreshTokenIsActive(refreshToken: string): boolean;
  /** From the next access token on. */
  setAccessTokenSeconds(seconds: number): void;
  /** From the next access token on these scopes are left out, at renewals too; without any, nothing is. */
  withholdScopes(...scopes: string[]): void;
  /** From now on these scopes are left out of this person's renewals, until they sign in anew; without any, nothing is. */
  narrowRenewals(subject: string, ...scopes: string[]): void;
  /** @returns a function that removes the hook. */
  onRequest(hook: RequestHook): () => void;
}

export interface AuthorizationServerSettings {
  readonly issuer: string;
  readonly appOrigin: string;
  readonly apiOrigin: string;
  readonly accessTokenSeconds: number;
  /** Default `form_post` alone. */
  readonly responseModes?: readonly string[] | undefined;
  /** Default `strict`. */
  readonly refreshTokens?: RefreshTokenKind | undefined;
  /** For `grace`: how long a rotated refresh token may be used again, counted from its first use. Default 10. */
  readonly graceSeconds?: number | undefined;
  /** For `dpop`: whether each proof has to carry a nonce of this server. Default false. */
  readonly dpopNonce?: boolean | undefined;
  /** Whether the second factor is a passkey (WebAuthn), and not a click that stands in for one. Default false. */
  readonly passkeys?: boolean | undefined;
  /** A second redirect URI of the client, by its path. Default none. */
  readonly formerCallback?: string | undefined;
  /** Told about what must not happen. Default: nothing. */
  readonly onError?: (error: unknown) => void;
}

/** What holds for the access tokens to come. */
interface TokenTerms {
  seconds: number;
  readonly withheld: WithheldScopes;
}

const ASSETS: Readonly<Record<string, readonly [type: string, body: string]>> = {
  [ICON_PATH]: ['image/svg+xml', ICON],
  [STYLE_PATH]: ['text/css; charset=utf-8', STYLE],
  [PASSKEY_SCRIPT_PATH]: ['text/javascript; charset=utf-8', PASSKEY_SCRIPT],
  [SUBMIT_SCRIPT_PATH]: ['text/javascript; charset=utf-8', SUBMIT_SCRIPT],
};

/** A real, certified OpenID provider in memory, with a sign-in page of its own. */
export class AuthorizationServer implements AuthorizationServerControls {
  readonly issuer: string;
  readonly #store: MemoryStore;
  readonly #interactions: Interactions;
  readonly #callback: ReturnType<Provider['callback']>;
  readonly #hooks = new RequestHooks();
  readonly #outage = new OutageSwitch();
  readonly #faults = new TokenFaults(this.#hooks);
  readonly #stats: ServerStats;
  readonly #tokens: TokenTerms;

  static async create(settings: AuthorizationServerSettings): Promise<AuthorizationServer> {
    const { refreshTokens = 'strict', graceSeconds = 10, dpopNonce = false } = settings;
    const { responseModes = ['form_post'] } = settings;
    const stats = new ServerStats();
    const store = new MemoryStore({
      graceSeconds: refreshTokens === 'grace' ? graceSeconds : 0,
      onGraceUse: () => stats.count('graceUses'),
    });
    const tokens: TokenTerms = { seconds: settings.accessTokenSeconds, withheld: new WithheldScopes() };
    const { Provider, errors, interactionPolicy } = await loadProvider();
    const configuration = await providerConfiguration({
      ...settings,
      responseModes,
      refreshTokens,
      dpopNonce,
      store,
      accessTokenSeconds: () => tokens.seconds,
      withheldScopes: (ctx) => tokens.withheld.of(ctx),
      invalidTarget: () => new errors.InvalidTarget(),
      interactionPolicy,
    });
    const provider = new Provider(settings.issuer, configuration);
    provider.on('server_error', (_ctx: KoaContextWithOIDC, error: Error) => settings.onError?.(error));
    stats.observe(provider);
    tokens.withheld.observe(provider);
    const passkeys = settings.passkeys ? new Passkeys(settings.issuer) : undefined;
    const interactions = new Interactions(provider, () => stats.count('signInPages'), passkeys);
    return new AuthorizationServer(settings.issuer, provider, interactions, store, stats, tokens);
  }

  private constructor(
    issuer: string,
    provider: Provider,
    interactions: Interactions,
    store: MemoryStore,
    stats: ServerStats,
    tokens: TokenTerms,
  ) {
    this.issuer = issuer;
    this.#store = store;
    this.#stats = stats;
    this.#tokens = tokens;
    this.#interactions = interactions;
    this.#callback = provider.callback();
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = new URL(req.url ?? '/', this.issuer).pathname;
    if (isTokenRequest(req)) {
      this.#stats.tokenRequests.arrived(req);
      res.once('close', () => this.#stats.tokenRequests.closed(req, res.writableFinished));
    }
    if (this.#outage.strikes(req, res)) return;
    if (await this.#hooks.take(req, res)) return;
    const asset = ASSETS[path];
    if (asset) {
      res.writeHead(200, { 'content-type': asset[0], 'cache-control': 'max-age=3600' }).end(asset[1]);
      return;
    }
    if (path.startsWith(`${SIGN_IN_PATH}/`)) return this.#interactions.handle(req, res);
    await this.#callback(req, res);
  }

  stats(): AuthorizationServerStats {
    return this.#stats.snapshot();
  }

  resetStats(): void {
    this.#stats.clear();
  }

  down(outage: boolean | Outage): void {
    this.#outage.set(outage);
  }

  revokeAll(subject: string): number {
    return this.#store.revokeAll(subject);
  }

  revokeLatest(subject: string): number {
    return this.#store.revokeLatest(subject);
  }

  liveRefreshTokens(subject: string): number {
    return this.#store.liveRefreshTokens(subject);
  }

  refreshTokenIsActive(refreshToken: string): boolean {
    return this.#store.refreshTokenIsActive(refreshToken);
  }

  setAccessTokenSeconds(seconds: number): void {
    this.#tokens.seconds = seconds;
  }

  withholdScopes(...scopes: string[]): void {
    this.#tokens.withheld.withhold(scopes);
  }

  narrowRenewals(subject: string, ...scopes: string[]): void {
    this.#tokens.withheld.narrow(subject, scopes);
  }

  onRequest(hook: RequestHook): () => void {
    return this.#hooks.add(hook);
  }

  loseResponse(...which: Parameters<TokenFaultControls['loseResponse']>): Fault {
    return this.#faults.loseResponse(...which);
  }

  delay(waitMs: number, reach?: FaultReach): Fault {
    return this.#faults.delay(waitMs, reach);
  }

  answer(status: number, headers?: OutgoingHttpHeaders, body?: string, reach?: FaultReach): Fault {
    return this.#faults.answer(status, headers, body, reach);
  }

  holdNext(...which: Parameters<TokenFaultControls['holdNext']>): HeldRequest {
    return this.#faults.holdNext(...which);
  }
}
