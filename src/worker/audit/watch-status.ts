import type { AuditKind } from '../../shared/audit-catalogue.js';
import type { Watchable } from '../telemetry/telemetry.js';

type Note = (kind: AuditKind, cause: string) => void;

/** Notes what pages are told of that is written nowhere: that the person is to be verified, and a sign-in that came to nothing. */
export function watchStatus(
  status: Watchable['status'],
  attempt: () => string | undefined,
  isDemanded: () => boolean,
  note: Note,
): Watchable['status'] {
  /** The sign-in that is asked to be verified. */
  let asked: string | undefined;
  /** The problem that there was during a sign-in that is under way. */
  let signingIn: { readonly problem: string | undefined } | undefined;
  return () => {
    const now = status();
    const { phase, problem } = now;
    if (phase === 'signing-in') signingIn = { problem: problem?.code };
    else {
      if (signingIn && problem && problem.code !== signingIn.problem) note('sign-in-failed', problem.code);
      signingIn = undefined;
    }
    if (phase === 'verification-required') {
      // That the worker itself asks is noted by the reason for it, once for all workers.
      if (asked !== attempt() && !isDemanded()) note('step-up', 'asked');
      asked = attempt();
    } else if (phase === 'active' || phase === 'limited') {
      if (asked !== undefined && asked === attempt()) note('step-up', 'given_up');
      asked = undefined;
    }
    return now;
  };
}
