import { refuse } from '../shared/misuse.js';
import { FrameAnswer } from './frame-answer.js';
import { FrameFit } from './oauth/frame-fit.js';
import type { Configuration } from './options.js';
import type { SilentFrame } from './recovery.js';
import { SilentRecovery } from './silent-recovery.js';

/**
 * For the option `silentFrame`: lets a session that ended with `rotation_lost` come back by itself. It is a function of its
 * own so that a worker without it has nothing of it to load.
 *
 * ```ts
 * keepSession({ …, silentFrame: silentFrame() });
 * ```
 */
export function silentFrame(): SilentFrame {
  return {
    recoverable: ({ code }, { attempt, subject, signedInAt, idToken, demanded, networks }, lastInputAt) =>
      code === 'rotation_lost'
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

/** In a query the code shows in a report of a blocked frame, and only an ID token tells whose session came back. */
function checkOptions({ responseMode, scope }: Configuration): void {
  if (responseMode === 'query')
    refuse('silentFrame', 'present', "none with responseMode 'query': it needs 'form_post'");
  if (!scope.split(' ').includes('openid')) refuse('silentFrame', 'present', 'none without the scope openid');
}
