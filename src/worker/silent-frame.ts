import type { SessionKeeperError } from '../shared/errors.js';
import { refuse } from '../shared/misuse.js';
import type { Policy } from '../shared/policy.js';
import { checkFallbacks } from '../shared/policy-parts.js';
import { FrameAnswer } from './frame-answer.js';
import { FrameFit } from './oauth/frame-fit.js';
import { isScopeRefused } from './oauth/scope-refusal.js';
import type { Configuration } from './options.js';
import type { SilentFrame } from './recovery.js';
import { SilentRecovery } from './silent-recovery.js';

/**
 * For the option `silentFrame`: lets a session come back by itself whose renewal was lost, or refused for its scopes. It is a function of its
 * own so that a worker without it has nothing of it to load.
 *
 * ```ts
 * keepSession({ …, silentFrame: silentFrame() });
 * ```
 */
export function silentFrame(): SilentFrame {
  let policy: Pick<Policy, 'fallbacks'> = {};
  return {
    recoverable: (error, { attempt, subject, signedInAt, idToken, demanded, networks }, lastInputAt) =>
      serves(error) && policy.fallbacks?.includes('silent-frame') !== false
        ? {
            attempt,
            subject,
            signedInAt,
            idToken,
            lastInputAt,
            ...(demanded && { demanded }),
            ...(networks && { networks }),
          }
        : undefined,
    connect: (parts) => {
      checkOptions(parts.configuration);
      // Read at each use: a fetched policy may have changed it.
      policy = parts.configuration.policy;
      const fit = new FrameFit(parts);
      const recovery = new SilentRecovery({ ...parts, fit });
      const answer = new FrameAnswer(parts);
      return {
        check: () => fit.check(),
        attempt: () => recovery.attempt(),
        sessionChanged: () => recovery.sessionChanged(),
        begin: (mode) => recovery.begin(mode),
        answers: (request, url) => answer.isFor(request, url),
        answer: (request, url) => answer.take(request, url),
      };
    },
  };
}

/** Where a person who is signed in at the authorization server need not be asked. A session that was revoked does not come back by itself. */
function serves(error: SessionKeeperError): boolean {
  return error.code === 'rotation_lost' || isScopeRefused(error);
}

/** In a query the code shows in a report of a blocked frame, and only an ID token tells whose session came back. */
function checkOptions({ responseMode, scope, scopes, policy: { fallbacks } }: Configuration): void {
  checkFallbacks(fallbacks);
  if (fallbacks?.includes('limited-scope') && !scopes)
    refuse('policy.fallbacks', fallbacks, 'no limited-scope without scopes');
  if (responseMode === 'query')
    refuse('silentFrame', 'present', "none with responseMode 'query': it needs 'form_post'");
  if (!scope.split(' ').includes('openid')) refuse('silentFrame', 'present', 'none without the scope openid');
}
