import { SessionKeeperError } from '../../shared/errors.js';
import type { Verification } from '../../shared/session-status.js';
import { verificationParameters } from '../oauth/verification.js';
import { problemResponse } from '../problem-response.js';
import type { Session } from '../session.js';
import { RECORD, type SessionRecord } from '../session-record.js';
import type { Resource } from './limits.js';

/**
 * Holds a session up until the person is verified: its requests are answered here as an API answers them that wants the person verified
 * (RFC 9470 §3), and the option `stepUp` does the rest. That it is so is written into the session's own record, so that it
 * holds for the workers after this one, and ends with the sign-in that was asked for.
 */
export class DemandedStepUp {
  readonly #asked: Verification;
  readonly #session: Session;
  /** The sign-in whose session is held up. */
  #attempt: string | undefined;
  #writing: Promise<void> | undefined;

  constructor(asked: Verification, session: Session) {
    this.#asked = asked;
    this.#session = session;
  }

  demand(): void {
    const record = this.#session.stored?.value;
    if (!record || this.#holds(record)) return;
    this.#attempt = record.attempt;
    this.#write();
  }

  /** Whether nothing is to be sent with the session's credential. */
  get isOpen(): boolean {
    const record = this.#session.stored?.value;
    return record !== undefined && this.#holds(record);
  }

  resource(resource: Resource): Resource {
    return {
      send: async (request, credential) => {
        if (!this.#holds(credential)) return resource.send(request, credential);
        this.#write();
        return challenge(credential.demanded ?? this.#asked);
      },
    };
  }

  #holds({ attempt, demanded }: SessionRecord): boolean {
    return demanded !== undefined || attempt === this.#attempt;
  }

  #write(): void {
    this.#writing ??= this.#writeOnce()
      // The vault cannot be used now: this worker knows it all the same, and the next request tries again.
      .catch(() => undefined)
      .finally(() => {
        this.#writing = undefined;
      });
  }

  /** Not while a renewal is under way: what it brings is stored only where the session is still as it was. */
  async #writeOnce(): Promise<void> {
    const { stored } = this.#session;
    if (!stored || stored.value.demanded || stored.value.attempt !== this.#attempt) return;
    await this.#session.write({
      expect: [
        { name: RECORD.session, version: stored.version },
        { name: RECORD.journal, version: undefined },
      ],
      put: [{ name: RECORD.session, value: { ...stored.value, demanded: this.#asked } }],
    });
  }
}

function challenge(asked: Verification): Response {
  const parameters = Object.entries(verificationParameters(asked)).map(
    ([name, value]) => `, ${name}="${value}"`,
  );
  const error = new SessionKeeperError(
    'unusual_use',
    'The session was used in an unusual way; the person has to confirm it.',
  );
  const response = problemResponse(error);
  response.headers.set(
    'WWW-Authenticate',
    `Bearer error="insufficient_user_authentication"${parameters.join('')}`,
  );
  return response;
}
