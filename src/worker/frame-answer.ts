import { SessionKeeperError } from '../shared/errors.js';
import { answerParameters } from './answer-parameters.js';
import { comeBack, stayAway } from './comeback.js';
import { Revocation } from './oauth/revocation.js';
import type { SignInTransaction } from './oauth/sign-in.js';
import { OWN_ANSWER_HEADERS } from './problem-response.js';
import type { RecoveryParts } from './recovery.js';
import { isSamePerson } from './session-record.js';
import { toWire } from './wire-error.js';

/** The authorization server's answer in a silent frame. */
export class FrameAnswer {
  readonly #parts: RecoveryParts;

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
  }

  /** A form only: a frame's URL never holds a code, and what else a frame asks for is the server's. */
  isFor({ destination, method }: Request, { pathname }: URL): boolean {
    const { redirectUri } = this.#parts.configuration;
    return destination === 'iframe' && method === 'POST' && pathname === redirectUri.pathname;
  }

  /** Whatever became of it, the frame gets nothing that a script could work in. Never rejects. */
  async take(request: Request, url: URL): Promise<Response> {
    await this.#take(request, url).catch(() => undefined);
    return new Response('', { headers: { ...OWN_ANSWER_HEADERS, 'Content-Type': 'text/html' } });
  }

  async #take(request: Request, url: URL): Promise<void> {
    const { signIn } = this.#parts;
    const answer = await answerParameters(request, url);
    const found = await signIn.find(answer);
    if (found?.value.mode === 'frame' && !found.value.exchanging && (await signIn.claim(found)))
      await this.#finish(answer, found.value);
  }

  async #finish(answer: URLSearchParams, transaction: SignInTransaction): Promise<void> {
    const { session, signIn, revocation, vault, tell } = this.#parts;
    const { attempt } = transaction;
    await session.load();
    try {
      const record = await signIn.finish(answer, transaction);
      if (!(await comeBack(this.#parts, record, await revocation.obsoleteWith(record.subject)))) {
        const current = session.stored?.value;
        const isShared = current !== undefined && isSamePerson(current, record);
        await vault.commit({ put: Revocation.pending(isShared ? undefined : record) });
        throw anotherPerson();
      }
      await tell({ type: 'sign-in-finished', attempt });
    } catch (error) {
      await stayAway(this.#parts);
      await tell({ type: 'sign-in-finished', attempt, error: toWire(error) });
    }
    void revocation.drain();
  }
}

function anotherPerson(): SessionKeeperError {
  return new SessionKeeperError(
    'sign_in_refused',
    'The authorization server answered for somebody else, or the session is there already.',
  );
}
