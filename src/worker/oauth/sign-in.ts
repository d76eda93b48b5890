import * as oauth from 'oauth4webapi';
import { SessionKeeperError } from '../../shared/errors.js';
import type { SignInRequest } from '../../shared/protocol.js';
import type { Environment } from '../environment.js';
import type { Configuration } from '../options.js';
import { RECORD, type SessionRecord } from '../session-record.js';
import type { Stored, Vault } from '../vault/vault.js';
import type { AuthorizationServer } from './authorization-server.js';
import { type Dpop, withNonce } from './dpop.js';
import { answered, pushFailure, said, tokenFailure } from './outcome.js';
import { firstRecord } from './token-response.js';

/** A sign-in that waits for its answer. Sealed like everything else: the verifier is in it. */
export interface SignInTransaction {
  readonly attempt: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly dpopKey: JsonWebKey | undefined;
  /** Where its answer has to arrive: in a window of its own, or in a hidden frame. */
  readonly mode: SignInRequest['mode'];
  /** Whether the authorization server was asked to show the person nothing. */
  readonly silent: boolean;
  readonly loginHint?: string;
  /** Asked for beside what every sign-in asks for; see {@link BeginSignIn}. */
  readonly parameters: Readonly<Record<string, string>> | undefined;
  readonly returnTo: string;
  readonly startedAt: number;
  /** Set once the code is on its way to the token endpoint. */
  readonly exchanging: boolean;
}

/** What a sign-in begins with: a page's request, or an earlier transaction. */
export interface BeginSignIn extends SignInRequest {
  /** Further parameters of the authorization request, of the worker's own: a page can name none. */
  readonly parameters?: SignInTransaction['parameters'];
}

const TRANSACTION_LIFETIME_MS = 30 * 60_000;

/**
 * The answers to `prompt=none` where the person has to be asked something (OpenID Connect Core §3.1.2.6): login_required,
 * interaction_required, consent_required, account_selection_required.
 */
const ASKS_FOR_PERSON = /_required$/;

/** What a sign-in is made of. */
export type SignInSteps = Pick<SignIn, keyof SignIn>;
const NOT_VALID = 'the answer is not valid';

/** Authorization code with PKCE (RFC 7636), started and finished in the worker. */
export class SignIn {
  readonly #configuration: Configuration;
  readonly #environment: Environment;
  readonly #server: AuthorizationServer;
  readonly #vault: Vault;
  readonly #dpop: Dpop;

  constructor(
    configuration: Configuration,
    environment: Environment,
    server: AuthorizationServer,
    vault: Vault,
    dpop: Dpop,
  ) {
    this.#configuration = configuration;
    this.#environment = environment;
    this.#server = server;
    this.#vault = vault;
    this.#dpop = dpop;
  }

  /**
   * Stores a new transaction and gives the URL that the window has to visit.
   *
   * @param attempt the name that a page knows it by, where it goes on with an earlier one
   * @param pushed further parameters, sent only where no page can read them (RFC 9126)
   */
  async begin(
    request: BeginSignIn,
    attempt: string = crypto.randomUUID(),
    pushed: readonly [string, string][] = [],
  ): Promise<{ readonly attempt: string; readonly url: string }> {
    const metadata = await this.#server.metadata();
    await this.#forgetAbandoned();
    const transaction: SignInTransaction = {
      attempt,
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
      codeVerifier: oauth.generateRandomCodeVerifier(),
      dpopKey: await this.#dpop.createKey(metadata),
      mode: request.mode,
      silent: request.silent === true,
      ...(request.loginHint && { loginHint: request.loginHint }),
      parameters: request.parameters,
      returnTo: request.returnTo ?? '/',
      startedAt: this.#environment.clock.now(),
      exchanging: false,
    };
    const parameters = await this.#parameters(transaction, request);
    const url = await this.#authorizationUrl(metadata, parameters, pushed);
    await this.#vault.commit({ put: [{ name: RECORD.signIn + transaction.state, value: transaction }] });
    return { attempt: transaction.attempt, url: url.href };
  }

  /** The transaction that an answer belongs to, if it is one of ours. */
  async find(answer: URLSearchParams): Promise<Stored<SignInTransaction> | undefined> {
    const state = answer.get('state');
    return state ? this.#vault.read<SignInTransaction>(RECORD.signIn + state) : undefined;
  }

  /** Marks the code as used, so that the same answer delivered twice is sent to the token endpoint once. */
  claim({ value, version }: Stored<SignInTransaction>): Promise<boolean> {
    const name = RECORD.signIn + value.state;
    return this.#vault.commit({
      expect: [{ name, version }],
      put: [{ name, value: { ...value, exchanging: true } }],
    });
  }

  /**
   * Exchanges the code for a session.
   *
   * @throws SessionKeeperError `sign_in_refused` (the person or the server said no), `sign_in_failed`,
   *   `client_rejected`, `authorization_server_unreachable`, `authorization_server_error`
   */
  async finish(answer: URLSearchParams, transaction: SignInTransaction): Promise<SessionRecord> {
    const metadata = await this.#server.metadata();
    const code = this.#codeOf(metadata, answer, transaction);
    const sentAt = this.#environment.clock.now();
    const tokens = await withNonce(() => this.#exchange(metadata, code, transaction));
    // OpenID Connect Core §3.1.3.7; an answer without an ID token has no nonce either.
    const expected = this.#isOpenId ? transaction.nonce : undefined;
    if (oauth.getValidatedIdTokenClaims(tokens)?.nonce !== expected)
      throw failed('the ID token is not the answer to this request.');
    const made = {
      attempt: transaction.attempt,
      dpopKey: this.#dpop.keyFor(tokens.token_type, transaction.dpopKey),
    };
    return firstRecord(tokens, this.#configuration, made, sentAt);
  }

  /** Whether the server would go on if it may ask the person something. */
  asksForPerson({ cause }: Error): boolean {
    return cause instanceof oauth.AuthorizationResponseError && ASKS_FOR_PERSON.test(cause.error);
  }

  async #exchange(
    metadata: oauth.AuthorizationServer,
    code: string,
    transaction: SignInTransaction,
  ): Promise<oauth.TokenEndpointResponse> {
    const { codeVerifier: code_verifier, dpopKey } = transaction;
    const parameters = { code, redirect_uri: this.#configuration.redirectUri.href, code_verifier };
    const proof = await this.#dpop.option(dpopKey);
    const response = await answered(
      this.#server.requestTokens(metadata, 'authorization_code', parameters, proof),
      metadata.issuer,
    );
    try {
      return await oauth.processGenericTokenEndpointResponse(metadata, this.#server.client, response);
    } catch (cause) {
      if (oauth.isDPoPNonceError(cause)) throw cause;
      const { error } = tokenFailure(cause);
      throw error.code === 'client_rejected' ? error : failed(error.message, cause);
    }
  }

  #codeOf(
    metadata: oauth.AuthorizationServer,
    answer: URLSearchParams,
    { state, startedAt }: SignInTransaction,
  ): string {
    try {
      oauth.validateAuthResponse(metadata, this.#server.client, answer, state);
    } catch (cause) {
      if (!(cause instanceof oauth.AuthorizationResponseError)) throw failed(NOT_VALID, cause);
      throw new SessionKeeperError(
        'sign_in_refused',
        `The authorization server answered ${cause.error}${said(cause)}.`,
        { cause },
      );
    }
    if (this.#environment.clock.now() - startedAt >= TRANSACTION_LIFETIME_MS)
      throw new SessionKeeperError('sign_in_expired', 'The sign-in took too long.', {
        retryable: true,
      });
    const [code, ...more] = answer.getAll('code');
    if (!code || more.length > 0) throw failed(NOT_VALID);
    return code;
  }

  async #parameters(transaction: SignInTransaction, request: SignInRequest): Promise<URLSearchParams> {
    const { clientId, redirectUri, scope, resource, responseMode, authorizationParameters } =
      this.#configuration;
    return new URLSearchParams({
      ...authorizationParameters,
      ...transaction.parameters,
      ...(transaction.silent && { prompt: 'none' }),
      ...(request.loginHint && { login_hint: request.loginHint }),
      ...(resource && { resource }),
      client_id: clientId,
      redirect_uri: redirectUri.href,
      response_type: 'code',
      response_mode: responseMode,
      scope,
      state: transaction.state,
      ...(this.#isOpenId && { nonce: transaction.nonce }),
      ...(transaction.dpopKey && { dpop_jkt: await this.#dpop.thumbprint(transaction.dpopKey) }),
      code_challenge: await oauth.calculatePKCECodeChallenge(transaction.codeVerifier),
      code_challenge_method: 'S256',
    });
  }

  async #authorizationUrl(
    metadata: oauth.AuthorizationServer,
    parameters: URLSearchParams,
    pushed: readonly [string, string][],
  ): Promise<URL> {
    if (!metadata.authorization_endpoint) {
      throw new SessionKeeperError('discovery_failed', 'The metadata names no authorization_endpoint.');
    }
    const url = new URL(metadata.authorization_endpoint);
    const sent = metadata.pushed_authorization_request_endpoint
      ? await this.#push(metadata, new URLSearchParams([...parameters, ...pushed]))
      : parameters;
    for (const [name, value] of sent) url.searchParams.set(name, value);
    return url;
  }

  /** RFC 9126: a wrong client id or redirect URI is an error here, and not a page that a person is left on. */
  async #push(metadata: oauth.AuthorizationServer, parameters: URLSearchParams): Promise<URLSearchParams> {
    const { client, clientAuthentication } = this.#server;
    const response = await answered(
      oauth.pushedAuthorizationRequest(
        metadata,
        client,
        clientAuthentication,
        parameters,
        this.#server.transport(),
      ),
      metadata.issuer,
    );
    try {
      const { request_uri } = await oauth.processPushedAuthorizationResponse(metadata, client, response);
      return new URLSearchParams({ client_id: client.client_id, request_uri });
    } catch (cause) {
      throw pushFailure(cause, this.#configuration.redirectUri);
    }
  }

  /** Without `openid` it is plain OAuth: there is no ID token, and no nonce to find in it. */
  get #isOpenId(): boolean {
    return this.#configuration.scope.split(' ').includes('openid');
  }

  async #forgetAbandoned(): Promise<void> {
    const oldest = this.#environment.clock.now() - TRANSACTION_LIFETIME_MS;
    for (const name of await this.#vault.names(RECORD.signIn)) {
      const stored = await this.#vault.read<SignInTransaction>(name).catch(() => undefined);
      if (!stored || stored.value.startedAt < oldest) await this.#vault.commit({ remove: [name] });
    }
  }
}

function failed(why: string, cause?: unknown): SessionKeeperError {
  return new SessionKeeperError('sign_in_failed', `The sign-in could not be completed: ${why}`, { cause });
}
