import { refuse } from '../../shared/misuse.js';
import type { StepUp } from './step-up.js';
import { VerifiedRequests } from './verified-requests.js';
import { verifyingSignIn } from './verifying-sign-in.js';

/**
 * For the option `stepUp`: where an API wants the person verified more strongly or anew (RFC 9470), its request waits, the phase is
 * `verification-required`, and the next sign-in asks for what the API asked. After the same person signed in the request goes
 * on; refused, or after `policy.queue.maxWaitSeconds`, the page gets the API's own 401. It is a function of its own so that a
 * worker without it has nothing of it to load.
 *
 * ```ts
 * keepSession({ …, stepUp: stepUp() });
 * ```
 */
export function stepUp(): StepUp {
  return {
    connect: (parts) => {
      // Without an ID token nobody knows whether it is the same person who comes back.
      if (!parts.configuration.scope.split(' ').includes('openid'))
        refuse('stepUp', 'present', 'none without the scope openid');
      const requests = new VerifiedRequests(parts);
      return { stepUp: requests, signIn: verifyingSignIn(parts.signIn, requests) };
    },
  };
}
