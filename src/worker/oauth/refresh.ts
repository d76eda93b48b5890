import * as oauth from 'oauth4webapi';
import { SessionKeeperError } from '../../shared/errors.js';
import type { Policy } from '../../shared/policy.js';
import type { Environment } from '../environment.js';
import { mayRenew } from '../renewal-schedule.js';
import type { SessionRecord } from '../session-record.js';
import type { AuthorizationServer } from './authorization-server.js';
import { type Dpop, withNonce } from './dpop.js';
import { type Failure, requestFailure, statusFailure, tokenFailure } from './outcome.js';
import { NO_ANSWER } from './token-outcomes.js';
import { nextRecord } from './token-response.js';

export type RefreshOutcome = { readonly record: SessionRecord } | { readonly failure: Failure };

type Server = Pick<AuthorizationServer, 'client' | 'metadata' | 'requestTokens'>;

/** One refresh token request (RFC 6749 §6), and what its answer means. */
export class Refresh {
  readonly #policy: Policy;
  readonly #environment: Environment;
  readonly #server: Server;
  readonly #dpop: Dpop;

  constructor(policy: Policy, environment: Environment, server: Server, dpop: Dpop) {
    this.#policy = policy;
    this.#dpop = dpop;
    this.#environment = environment;
    this.#server = server;
  }

  async send(current: SessionRecord): Promise<RefreshOutcome> {
    if (!current.refreshToken || !mayRenew(this.#policy))
      return {
        failure: {
          kind: 'terminal',
          error: new SessionKeeperError(
            'session_revoked',
            'There is no refresh token. Ask for the scope offline_access, or allow the refresh_token grant.',
          ),
        },
      };
    const metadata = await this.#server.metadata().catch((error: SessionKeeperError) => error);
    if (metadata instanceof Error) return { failure: { kind: 'retriable', error: metadata } };
    const { refreshToken, dpopKey } = current;
    const attempt = () => withNonce(() => this.#attempt(metadata, current, refreshToken));
    try {
      const outcome = await attempt();
      // A browser may send a request that got no answer again by itself, and with it the same proof, which the server refuses
      // as a replay: only a refusal of a fresh proof counts.
      const isRevoked = 'failure' in outcome && outcome.failure.error.code === 'session_revoked';
      return dpopKey && isRevoked ? await attempt() : outcome;
    } catch (cause) {
      if (oauth.isDPoPNonceError(cause)) return { failure: tokenFailure(cause) };
      return { failure: { kind: NO_ANSWER.kind, error: requestFailure(cause, metadata.issuer) } };
    }
  }

  /** @throws what asks for a nonce, and what the network fails with */
  async #attempt(
    metadata: oauth.AuthorizationServer,
    current: SessionRecord,
    refreshToken: string,
  ): Promise<RefreshOutcome> {
    const sentAt = this.#environment.clock.now();
    const proof = await this.#dpop.option(current.dpopKey);
    const parameters = { refresh_token: refreshToken };
    const response = await this.#server.requestTokens(metadata, 'refresh_token', parameters, proof);
    const failure = statusFailure(response, this.#environment.clock.now());
    if (failure) return { failure };
    try {
      const tokens = await oauth.processGenericTokenEndpointResponse(metadata, this.#server.client, response);
      const dpopKey = this.#dpop.keyFor(tokens.token_type, current.dpopKey);
      return { record: nextRecord(current, tokens, dpopKey, sentAt) };
    } catch (cause) {
      if (oauth.isDPoPNonceError(cause)) throw cause;
      if (cause instanceof SessionKeeperError) return { failure: { kind: 'terminal', error: cause } };
      return { failure: tokenFailure(cause, response, this.#environment.clock.now()) };
    }
  }
}
