import { SessionKeeperError } from '../../shared/errors.js';
import type { Verification } from '../../shared/session-status.js';
import type { Sending } from '../fetch-handler.js';
import { verificationOf, verificationParameters } from '../oauth/verification.js';
import type { ReplayableRequest } from '../replayable-request.js';
import type { SessionRecord } from '../session-record.js';
import type { Demands } from './demands.js';
import type { StepUpParts, StepUpRequests } from './step-up.js';

interface Parts extends Pick<StepUpParts, 'session' | 'queue' | 'pages' | 'release'> {
  readonly demands: Pick<Demands, 'open'>;
}

/** Requests that wait for the same verification. */
interface Group {
  readonly asked: Verification;
  readonly refusals: Set<AbortController>;
  /** The sign-in whose credential was refused. */
  attempt: string;
}

/** Tells one verification from another. */
export function keyOf(parameters: Readonly<Record<string, string>>): string {
  return JSON.stringify(parameters);
}

/** Requests that wait until the person is verified as an API asked. */
export class VerifiedRequests implements StepUpRequests {
  readonly #parts: Parts;
  /** In the order of their first request: that of the first is asked for. */
  readonly #groups = new Map<string, Group>();
  /** What a request waited for last. */
  readonly #waitedFor = new WeakMap<ReplayableRequest, string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What the next sign-in has to ask for. */
  get asked(): Verification | undefined {
    return this.#parts.demands.open ?? this.#first?.asked;
  }

  async refused(
    ...[sending, used, response, challenge, again]: Parameters<StepUpRequests['refused']>
  ): Promise<Response> {
    const { arrival, replayable } = sending;
    const asked = verificationOf(challenge);
    if (!asked) return response;
    const key = keyOf(verificationParameters(asked));
    // It had its chance: the person was asked for just this.
    if (this.#waitedFor.get(replayable) === key && used.verification === key) return response;
    if (!(await replayable.canBeSentAgain())) return response;
    this.#waitedFor.set(replayable, key);
    await this.#parts.pages.sending(arrival.request, arrival.clientId, false);
    const credential = await this.#verified(key, asked, sending, used);
    if (!credential) return response;
    await response.body?.cancel();
    return again(credential);
  }

  /** The authorization server or the person said no: whoever waits for this gets the API's answer. */
  refuse(key: string, cause: SessionKeeperError): void {
    for (const refusal of this.#groups.get(key)?.refusals ?? []) refusal.abort(cause);
  }

  /**
   * Waits for another sign-in of the same person.
   *
   * @returns its credential; nothing where there will be none
   * @throws SessionKeeperError `subject_changed`
   * @throws the signal's reason when the page gave the request up, or its tab is gone
   */
  async #verified(
    key: string,
    asked: Verification,
    { sender, replayable }: Sending,
    used: SessionRecord,
  ): Promise<SessionRecord | undefined> {
    const { session, queue, release } = this.#parts;
    const refusal = new AbortController();
    const giveUp = () => refusal.abort(sender.signal.reason);
    if (sender.signal.aborted) giveUp();
    sender.signal.addEventListener('abort', giveUp);
    try {
      const parked = queue.park({
        sender: {
          signal: refusal.signal,
          get pages() {
            return sender.pages;
          },
        },
        session: used,
        // However often it is renewed: the same sign-in will not do.
        after: { ...used, generation: Infinity },
        bodyBytes: replayable.bodyBytes,
      });
      // The other sign-in may have been faster than this refusal; then nobody has to be asked.
      if (session.stored && session.stored.value.attempt !== used.attempt) release();
      else this.#join(key, asked, used.attempt, refusal);
      return await parked;
    } catch (reason) {
      if (!(reason instanceof SessionKeeperError) || reason.code === 'subject_changed') throw reason;
      return undefined;
    } finally {
      this.#leave(key, refusal);
    }
  }

  #join(key: string, asked: Verification, attempt: string, refusal: AbortController): void {
    const known = this.#groups.get(key);
    const group = known ?? { asked, attempt, refusals: new Set<AbortController>() };
    group.refusals.add(refusal);
    this.#groups.set(key, group);
    if (known?.attempt === attempt) return;
    group.attempt = attempt;
    this.tell();
  }

  #leave(key: string, refusal: AbortController): void {
    const group = this.#groups.get(key);
    group?.refusals.delete(refusal);
    if (group?.refusals.size !== 0) return;
    this.#groups.delete(key);
    this.tell();
  }

  get #first(): Group | undefined {
    return this.#groups.values().next().value;
  }

  /** Says in the status what is asked: what holds the whole session up, before what an API asks for. */
  tell(): void {
    const { session, demands } = this.#parts;
    const record = session.stored?.value;
    const first = this.#first;
    const group = record && demands.open ? { attempt: record.attempt, asked: demands.open } : first;
    session.setVerification(group && { attempt: group.attempt, told: { verification: group.asked } });
  }
}
