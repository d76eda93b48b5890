import type { DemandCause } from '../../shared/audit-catalogue.js';
import { SessionKeeperError } from '../../shared/errors.js';
import type { Verification } from '../../shared/session-status.js';
import type { AuditLog } from '../audit/audit-log.js';
import { idTokenClaims } from '../oauth/id-token-claims.js';
import type { ResourceRequest } from '../oauth/resource-request.js';
import type { SignInTransaction } from '../oauth/sign-in.js';
import { verificationParameters } from '../oauth/verification.js';
import { problemResponse } from '../problem-response.js';
import type { Session } from '../session.js';
import { isSamePerson, type Person, RECORD, type SessionRecord } from '../session-record.js';

type Resource = Pick<ResourceRequest, 'send'>;

/** Both of the server's moments are whole seconds, and a sign-in takes its time before the first. */
const LEEWAY_SECONDS = 5;

interface Parts {
  readonly session: Session;
  readonly auditLog: Pick<AuditLog, 'note'> | undefined;
  readonly onDemand: () => void;
}

/**
 * The one place that decides that a session is held up until the person is verified, whoever has a reason to ask for it. Its requests are
 * answered here as an API answers them that wants the person verified (RFC 9470 §3). That it is so is written into the session's own
 * record, so that it holds for the workers after this one, and ends with the sign-in that was asked for. The record begins another
 * epoch: the one from before, should a script put it back, is no session any more.
 */
export class Demands {
  readonly #parts: Parts;
  /** The sign-in whose session is held up, as long as its record does not say so. */
  #made: { readonly attempt: string; readonly asked: Verification } | undefined;
  #writing: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Of several reasons the first is asked for, and the others with it.
   *
   * @returns whether it is written down
   */
  async demand(cause: DemandCause, asked: Verification): Promise<boolean> {
    const { session, auditLog, onDemand } = this.#parts;
    const record = session.stored?.value;
    if (!record) return true;
    if (!this.of(record)) {
      this.#made = { attempt: record.attempt, asked };
      auditLog?.note('step-up-demanded', cause);
      onDemand();
    }
    await this.write();
    return session.stored?.value.demanded !== undefined;
  }

  /** What this session is held up for; `undefined`: it is not. */
  of({ attempt, demanded }: Pick<SessionRecord, 'attempt' | 'demanded'>): Verification | undefined {
    return demanded ?? (attempt === this.#made?.attempt ? this.#made.asked : undefined);
  }

  /** What the session that there is now is held up for. */
  get open(): Verification | undefined {
    const record = this.#parts.session.stored?.value;
    return record && this.of(record);
  }

  /**
   * What goes on after a sign-in of the same person. One that did not ask for what is demanded, because it began before or is in a hidden frame,
   * ends no demand, nor does one whose ID token says that the server did not do it; and only one that did makes the network known, since another may
   * have asked nobody anything.
   */
  carried(
    record: Person & Pick<SessionRecord, 'idToken' | 'signedInAt'>,
    { parameters, startedAt }: Pick<SignInTransaction, 'parameters' | 'startedAt'>,
  ): Pick<SessionRecord, 'demanded' | 'networks'> {
    const { session } = this.#parts;
    const former = session.stored?.value ?? session.recovering;
    if (!former || !isSamePerson(former, record)) return {};
    const asked = this.of(former);
    const isVerified =
      asked !== undefined &&
      isAskedBy(asked, parameters) &&
      isShownBy(record.idToken, asked, record.signedInAt - startedAt);
    const { networks } = former;
    return {
      ...(asked && !isVerified && { demanded: asked }),
      ...(networks && { networks: { ...networks, isNext: networks.isNext || isVerified } }),
    };
  }

  /** Sends nothing with the credential of a session that is held up. */
  resource(resource: Resource): Resource {
    return {
      send: async (request, credential) => {
        const asked = this.of(credential);
        if (!asked) return resource.send(request, credential);
        void this.write();
        return challenge(asked);
      },
    };
  }

  /** Settles when it is written down, or cannot be now: this worker knows it all the same, and the next event tries again. */
  write(): Promise<void> {
    this.#writing ??= this.#writeOnce()
      .catch(() => undefined)
      .finally(() => {
        this.#writing = undefined;
      });
    return this.#writing;
  }

  /** Not while a renewal is under way: what it brings is stored only where the session is still as it was. */
  async #writeOnce(): Promise<void> {
    const { session } = this.#parts;
    const { stored } = session;
    if (!stored || !this.#made || stored.value.demanded || stored.value.attempt !== this.#made.attempt)
      return;
    await session.write({
      expect: [
        { name: RECORD.session, version: stored.version },
        { name: RECORD.journal, version: undefined },
      ],
      put: [
        { name: RECORD.session, value: { ...stored.value, epoch: undefined, demanded: this.#made.asked } },
      ],
    });
  }
}

function isAskedBy(asked: Verification, parameters: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(verificationParameters(asked)).every(([name, value]) => parameters[name] === value);
}

/**
 * Whether an ID token says that the person was verified so (OpenID Connect Core §2, §3.1.3.7): how long before it, by the server's clock alone,
 * and how, where it tells that. The server has to tell the former when it is asked for it.
 */
function isShownBy(
  idToken: string | undefined,
  { acrValues, maxAgeSeconds }: Verification,
  tookMs: number,
): boolean {
  const { iat, auth_time: authTime, acr } = idTokenClaims(idToken ?? '') ?? {};
  const isRecent =
    maxAgeSeconds === undefined ||
    (typeof iat === 'number' &&
      typeof authTime === 'number' &&
      iat - authTime <= maxAgeSeconds + Math.max(tookMs, 0) / 1000 + LEEWAY_SECONDS);
  return isRecent && (acrValues === undefined || typeof acr !== 'string' || acrValues.includes(acr));
}

function challenge(asked: Verification): Response {
  const parameters = Object.entries(verificationParameters(asked)).map(
    ([name, value]) => `, ${name}="${value}"`,
  );
  const error = new SessionKeeperError(
    'verification_required',
    'The person has to confirm that it is them before the session goes on; the request was not sent.',
  );
  const response = problemResponse(error);
  response.headers.set(
    'WWW-Authenticate',
    `Bearer error="insufficient_user_authentication"${parameters.join('')}`,
  );
  return response;
}
