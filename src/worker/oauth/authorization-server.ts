import * as oauth from 'oauth4webapi';
import { SessionKeeperError } from '../../shared/errors.js';
import type { Environment } from '../environment.js';
import type { Configuration } from '../options.js';
import { RECORD } from '../session-record.js';
import type { Vault } from '../vault/vault.js';
import { answered } from './outcome.js';

interface CachedMetadata {
  readonly metadata: oauth.AuthorizationServer;
  readonly fetchedAt: number;
}

const METADATA_LIFETIME_MS = 24 * 3600_000;

/**
 * What every message to the authorization server needs: its metadata, this client, and the transport.
 * The metadata is kept sealed, so that a page cannot point the token endpoint elsewhere.
 */
export class AuthorizationServer {
  readonly client: oauth.Client;
  readonly clientAuthentication = oauth.None();
  readonly #configuration: Configuration;
  readonly #environment: Environment;
  readonly #vault: Vault;
  #cached: CachedMetadata | undefined;
  #discovering: Promise<oauth.AuthorizationServer> | undefined;

  constructor(configuration: Configuration, environment: Environment, vault: Vault) {
    this.#configuration = configuration;
    this.#environment = environment;
    this.#vault = vault;
    this.client = {
      client_id: configuration.clientId,
      // The ID token comes from the token endpoint over TLS, answers this worker's own nonce, and is not used to decide
      // how long anything lasts. A device whose clock is years off can still sign in and renew.
      [oauth.clockTolerance]: 1e9,
    };
  }

  /**
   * The transport's options for one request, with its deadline.
   * `http` is let through because the issuer's own scheme was checked with the options: only localhost may use it.
   */
  transport() {
    return {
      signal: AbortSignal.timeout(this.#configuration.policy.renewal.attemptTimeoutSeconds * 1000),
      [oauth.customFetch]: (url: string, init: object) =>
        this.#environment.fetch(url, { ...init, cache: 'no-store', credentials: 'omit' }),
      [oauth.allowInsecureRequests]: this.#configuration.issuer.protocol === 'http:',
    };
  }

  /** Sends one token request (RFC 6749 §3.2), with what the configuration adds to it (RFC 8707). */
  requestTokens(
    metadata: oauth.AuthorizationServer,
    grantType: 'authorization_code' | 'refresh_token',
    parameters: Readonly<Record<string, string>>,
    proof: { readonly DPoP?: oauth.DPoPHandle },
  ): Promise<Response> {
    const { resource } = this.#configuration;
    return oauth.genericTokenEndpointRequest(
      metadata,
      this.client,
      this.clientAuthentication,
      grantType,
      { ...parameters, ...(resource && { resource }) },
      { ...this.transport(), ...proof },
    );
  }

  /**
   * The server's metadata (RFC 8414), fetched once a day.
   *
   * @throws SessionKeeperError `authorization_server_unreachable`, `discovery_failed`, `issuer_mismatch`
   */
  async metadata(): Promise<oauth.AuthorizationServer> {
    this.#cached ??= await this.#readCache();
    if (
      this.#cached &&
      Math.abs(this.#environment.clock.now() - this.#cached.fetchedAt) < METADATA_LIFETIME_MS
    ) {
      return this.#cached.metadata;
    }
    this.#discovering ??= this.#discover().finally(() => {
      this.#discovering = undefined;
    });
    try {
      return await this.#discovering;
    } catch (error) {
      // Metadata of yesterday is better than no renewal today.
      if (this.#cached) return this.#cached.metadata;
      throw error;
    }
  }

  /** Whether the server answers at all. */
  async isReachable(): Promise<boolean> {
    const response = await this.#request(this.#configuration.issuer, 'oidc').catch(() => undefined);
    await response?.body?.cancel();
    return Number(response?.status) < 500;
  }

  async #readCache(): Promise<CachedMetadata | undefined> {
    const stored = await this.#vault.read<CachedMetadata>(RECORD.metadata).catch(() => undefined);
    const { issuer } = this.#configuration;
    return stored && new URL(stored.value.metadata.issuer).href === issuer.href ? stored.value : undefined;
  }

  async #discover(): Promise<oauth.AuthorizationServer> {
    const { issuer } = this.#configuration;
    const metadata = await this.#fetchMetadata(issuer);
    this.#cached = { metadata, fetchedAt: this.#environment.clock.now() };
    await this.#vault.commit({ put: [{ name: RECORD.metadata, value: this.#cached }] });
    return metadata;
  }

  async #fetchMetadata(issuer: URL): Promise<oauth.AuthorizationServer> {
    let response = await answered(this.#request(issuer, 'oidc'), issuer);
    if (response.status === 404) response = await answered(this.#request(issuer, 'oauth2'), issuer);
    try {
      return await oauth.processDiscoveryResponse(issuer, response);
    } catch (cause) {
      if (cause instanceof oauth.OperationProcessingError && cause.code === oauth.JSON_ATTRIBUTE_COMPARISON) {
        throw new SessionKeeperError(
          'issuer_mismatch',
          `The metadata of ${issuer.href} names another issuer. Check the option issuer.`,
          { cause },
        );
      }
      throw new SessionKeeperError(
        'discovery_failed',
        `${issuer.href} does not publish authorization server metadata (status ${response.status}). Check the option issuer.`,
        { cause },
      );
    }
  }

  #request(issuer: URL, algorithm: 'oidc' | 'oauth2'): Promise<Response> {
    return oauth.discoveryRequest(issuer, { algorithm, ...this.transport() });
  }
}
