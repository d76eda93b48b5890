import type { WorkerEvent } from '../shared/protocol.js';
import { answerParameters } from './answer-parameters.js';
import type { Environment } from './environment.js';
import type { AuthorizationServer } from './oauth/authorization-server.js';
import type { Revocation } from './oauth/revocation.js';
import type { SignInSteps, SignInTransaction } from './oauth/sign-in.js';
import type { Configuration } from './options.js';
import { OWN_ANSWER_HEADERS } from './problem-response.js';
import type { Recovery } from './recovery.js';
import type { Session } from './session.js';
import { RECORD } from './session-record.js';
import type { Stored, Vault } from './vault/vault.js';
import { toWire } from './wire-error.js';

/** Where a window is sent that came with an answer of nobody's; its own fragment keeps a code from being inherited. */
const LOST = '/#session-keeper=sign-in-lost';
const END_SESSION_LIFETIME_MS = 60_000;

interface Parts {
  readonly configuration: Configuration;
  readonly environment: Environment;
  readonly session: Session;
  readonly server: AuthorizationServer;
  readonly signIn: SignInSteps;
  readonly revocation: Revocation;
  readonly vault: Vault;
  readonly recovery: Recovery | undefined;
  readonly tell: (event: WorkerEvent) => Promise<void>;
}

/** What the worker answers itself: the authorization server's answer, the way to its sign-out, and whether it is there. */
export class RedirectPath {
  readonly #parts: Parts;
  readonly #path: string;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#path = parts.configuration.redirectUri.pathname;
  }

  /** Where a window has to go to end the authorization server's own session. */
  get endSessionPath(): string {
    return `${this.#path}/end`;
  }

  /** Where a page finds out whether its requests come to the worker. Beside the path, because requests for that one do in any case. */
  get presence(): string {
    return `${this.#path}?present`;
  }

  answers(request: Request, url: URL): boolean {
    if (url.origin !== this.#parts.environment.origin) return false;
    if (request.mode !== 'navigate') return url.pathname + url.search === this.presence;
    return request.destination === 'document'
      ? [this.#path, this.endSessionPath, `${this.#path}/done`].includes(url.pathname)
      : this.#parts.recovery?.answers(request, url) === true;
  }

  /** Never rejects: a browser's error page would rest on the URL. */
  async answer(request: Request, url: URL): Promise<Response> {
    const { recovery } = this.#parts;
    if (request.mode !== 'navigate') return new Response(null, { status: 204, headers: OWN_ANSWER_HEADERS });
    if (recovery?.answers(request, url)) return recovery.answer(request, url);
    try {
      if (url.pathname === this.#path) return await this.#signInAnswer(request, url);
      if (url.pathname === this.endSessionPath) return await this.#endSession();
      return closePage();
    } catch {
      return this.#goTo(LOST);
    }
  }

  async #signInAnswer(request: Request, url: URL): Promise<Response> {
    const answer = await answerParameters(request, url);
    const found = await this.#parts.signIn.find(answer).catch(() => undefined);
    if (!found || found.value.mode === 'frame') return this.#goTo(LOST);
    const { value: transaction } = found;
    if (transaction.exchanging || !(await this.#parts.signIn.claim(found))) return this.#again(transaction);
    return (await this.#finish(answer, transaction)) ?? this.#goBack(transaction);
  }

  #goBack({ mode, returnTo }: SignInTransaction): Response {
    // Put behind the origin as text: resolved against it, a path with two slashes in front would be another host.
    return this.#goTo(this.#parts.environment.origin + (mode === 'popup' ? `${this.#path}/done` : returnTo));
  }

  /** @returns where the window goes on to, when the sign-in is not over */
  async #finish(answer: URLSearchParams, transaction: SignInTransaction): Promise<Response | undefined> {
    const { session, signIn, revocation, tell } = this.#parts;
    const { attempt } = transaction;
    await session.load();
    session.report(undefined, true);
    try {
      const record = await signIn.finish(answer, transaction);
      await session.begin(record, await revocation.obsoleteWith(record.subject));
      session.report(undefined, false);
      void revocation.drain();
      await tell({ type: 'sign-in-finished', attempt });
    } catch (error) {
      const goOn = await this.#askPerson(error, transaction).catch((cause: unknown) => cause);
      if (goOn instanceof Response) {
        session.report(undefined, false);
        return goOn;
      }
      const told = toWire(goOn);
      session.report(told, false);
      await tell({ type: 'sign-in-finished', attempt, error: told });
    }
    return undefined;
  }

  /**
   * The server could not go on without the person: the same window asks again, in the ordinary way.
   *
   * @throws the error, where that would not help
   */
  async #askPerson(error: unknown, transaction: SignInTransaction): Promise<Response> {
    const { signIn } = this.#parts;
    const helps = transaction.silent && error instanceof Error && signIn.asksForPerson(error);
    if (!helps) throw error;
    const { url } = await signIn.begin({ ...transaction, silent: false }, transaction.attempt);
    return this.#goTo(url);
  }

  /**
   * The browser delivered an answer twice, as it does after a worker's death. The code is used, and nobody knows what
   * became of it: unless the session is there, the authorization server is asked again, which mostly asks nobody.
   */
  async #again(transaction: SignInTransaction): Promise<Response> {
    const { session, signIn, tell } = this.#parts;
    await session.reload();
    if (session.stored?.value.attempt === transaction.attempt) {
      await tell({ type: 'sign-in-finished', attempt: transaction.attempt });
      return this.#goBack(transaction);
    }
    return signIn.begin(transaction, transaction.attempt).then(
      ({ url }) => this.#goTo(url),
      () => this.#goBack(transaction),
    );
  }

  /** RP-initiated logout. The ID token goes in a redirect, which no page can read. */
  async #endSession(): Promise<Response> {
    const { vault, server, configuration, environment } = this.#parts;
    const stored: Stored<EndSessionRecord> | undefined = await vault.read(RECORD.endSession);
    await vault.commit({ remove: [RECORD.endSession] });
    const age = environment.clock.now() - (stored?.value.writtenAt ?? 0);
    const metadata = await server.metadata().catch(() => undefined);
    if (!stored || !metadata?.end_session_endpoint || age > END_SESSION_LIFETIME_MS) {
      return this.#goTo(configuration.postLogoutUri.pathname);
    }
    const url = new URL(metadata.end_session_endpoint);
    url.searchParams.set('id_token_hint', stored.value.idToken);
    url.searchParams.set('client_id', configuration.clientId);
    url.searchParams.set('post_logout_redirect_uri', configuration.postLogoutUri.href);
    return this.#goTo(url.href);
  }

  #goTo(url: string): Response {
    return Response.redirect(new URL(url, this.#parts.environment.origin).href, 303);
  }
}

export interface EndSessionRecord {
  readonly idToken: string;
  readonly writtenAt: number;
}

function closePage(): Response {
  const nonce = crypto.randomUUID();
  return new Response(
    `<!doctype html><meta name=viewport content=width=device-width><title>Done</title><p>You can close this window.<script nonce="${nonce}">close()</script>`,
    {
      headers: {
        ...OWN_ANSWER_HEADERS,
        'Content-Type': 'text/html',
        'Content-Security-Policy': `${OWN_ANSWER_HEADERS['Content-Security-Policy']}; script-src 'nonce-${nonce}'`,
      },
    },
  );
}
