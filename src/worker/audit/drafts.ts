import { AUDIT_KINDS, type AuditKind } from '../../shared/audit-catalogue.js';
import type { Clock } from '../../shared/clock.js';
import type { PolicyInForce } from '../../shared/policy.js';
import { OTHER } from '../../shared/telemetry-catalogue.js';
import { isUsable, renewalDueAt } from '../renewal-schedule.js';
import type { Person, SessionRecord } from '../session-record.js';
import { isSamePerson } from '../session-record.js';
import type { SessionTurn } from '../session-turns.js';
import type { Draft } from './chain.js';

/** Makes entries, and nothing gets into one but what the catalogue lists, and whose it is. */
export class Drafts {
  readonly #clock: Clock;
  readonly #policy: PolicyInForce;

  constructor(clock: Clock, policy: PolicyInForce) {
    this.#clock = clock;
    this.#policy = policy;
  }

  of(kind: AuditKind, cause: string, person: Person | undefined, changed?: readonly string[]): Draft {
    const causes: readonly string[] = AUDIT_KINDS[kind];
    const { version } = this.#policy;
    return {
      id: crypto.randomUUID(),
      at: this.#clock.now(),
      kind,
      cause: causes.includes(cause) ? cause : OTHER,
      ...(person && { session: person.attempt }),
      ...(person?.subject !== undefined && { subject: person.subject }),
      ...(version !== undefined && { policyVersion: version }),
      ...(changed && { changed }),
    };
  }

  /** What is written of a turn of the session's life. */
  ofTurn(turn: SessionTurn): readonly Draft[] {
    const { session } = turn;
    if (turn.kind === 'began') return [this.#began(session, turn.former)];
    if (turn.kind === 'came-back') return [this.of('fallback', 'silent_frame', session)];
    if (turn.kind === 'ended')
      return [
        ...(turn.isUnexplained ? [this.of('theft-suspected', 'refresh_token_refused', session)] : []),
        this.of('end', turn.end.problem.code, session),
      ];
    const { former, isRepeated } = turn;
    const isNarrower = former?.grantedScopes.some((scope) => !session.grantedScopes.includes(scope));
    return [
      this.of('renewal', former ? this.#causeOf(former, session.beganAt) : 'due', session),
      ...(isRepeated ? [this.of('fallback', 'repeated_renewal', session)] : []),
      ...(isNarrower ? [this.of('fallback', 'narrower_scope', session)] : []),
    ];
  }

  #began(session: SessionRecord, former: SessionRecord | undefined): Draft {
    if (session.verification) return this.of('step-up', 'verified', session);
    const cause = !former ? 'new' : isSamePerson(former, session) ? 'again' : 'other_person';
    return this.of('sign-in', cause, session);
  }

  #causeOf(former: SessionRecord, sentAt: number): string {
    if (!isUsable(former, sentAt)) return 'expired';
    return sentAt < renewalDueAt(former, this.#policy.renewal, 1) ? 'early' : 'due';
  }
}
