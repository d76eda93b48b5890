import { objectOf, refuse } from '../../shared/misuse.js';
import { Demands } from './demands.js';
import { heldUpKeeper } from './held-up-keeper.js';
import { heldUpResource } from './held-up-resource.js';
import type { StepUp, StepUpOptions } from './step-up.js';
import { VerifiedRequests } from './verified-requests.js';
import { verifyingSignIn } from './verifying-sign-in.js';

/**
 * For the option `stepUp`: where an API wants the person verified more strongly or anew (RFC 9470), its request waits, the phase is
 * `verification-required`, and the next sign-in asks for what the API asked. After the same person signed in the request goes
 * on; refused, or after `policy.queue.maxWaitSeconds`, the page gets the API's own 401. With `rules` the worker has reasons of its own
 * to ask. It is a function of its own so that a worker without it has nothing of it to load.
 *
 * ```ts
 * keepSession({ …, stepUp: stepUp() });
 * ```
 */
export function stepUp(options: StepUpOptions = {}): StepUp {
  return {
    connect: (parts) => {
      const { configuration, session, environment, resource, signIn } = parts;
      // Without an ID token nobody knows whether it is the same person who comes back.
      if (!configuration.scope.split(' ').includes('openid'))
        refuse('stepUp', 'present', 'none without the scope openid');
      const { rules }: StepUpOptions = objectOf('stepUp', options, ['rules']);
      if (rules !== undefined && typeof rules.connect !== 'function')
        refuse('stepUp.rules', rules, 'riskRules(), imported from session-keeper/worker, or nothing');
      if (!rules && configuration.policy.stepUp)
        refuse(
          'policy.stepUp',
          configuration.policy.stepUp,
          'nothing without stepUp({ rules: riskRules() })',
        );
      const demands = new Demands({
        session,
        vault: parts.vault,
        auditLog: configuration.auditLog,
        onDemand: () => requests.tell(),
      });
      const requests: VerifiedRequests = new VerifiedRequests({ ...parts, demands });
      const connected = rules?.connect(parts, demands);
      return {
        stepUp: requests,
        signIn: verifyingSignIn(signIn, requests, demands),
        resource: heldUpResource(resource, demands),
        demands,
        wrap: (keeper) =>
          heldUpKeeper(parts.wrap?.(keeper) ?? keeper, {
            policy: configuration.policy,
            session,
            demands,
            rules: connected,
            fetch: environment.fetch,
            tell: () => requests.tell(),
          }),
      };
    },
  };
}
