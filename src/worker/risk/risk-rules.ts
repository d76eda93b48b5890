import { refuse } from '../../shared/misuse.js';
import { resolveNumbers } from '../../shared/policy.js';
import { STEP_UP_BOUNDS } from '../../shared/policy-parts.js';
import type { Verification } from '../../shared/session-status.js';
import { checkedVerification } from '../step-up/asked.js';
import type { RiskRules, StepUpParts } from '../step-up/step-up.js';
import { AbsenceRule } from './absence-rule.js';
import { askNetworkWith } from './ask-network.js';
import { NetworkRule } from './network-rule.js';

/**
 * For `stepUp({ rules })`: asks for a step-up after a long absence, and in a new network, by the numbers in `policy.stepUp`. It is a function
 * of its own so that a worker without it has nothing of it to load.
 *
 * ```ts
 * keepSession({
 *   …,
 *   stepUp: stepUp({ rules: riskRules() }),
 *   policy: { stepUp: { afterAbsenceSeconds: 14400, networkCheckSeconds: 600 } },
 * });
 * ```
 *
 * @param asked what the person is to be verified by. `maxAgeSeconds`: a whole number, at least 0; `acrValues`: at least one text without spaces
 *   and quotes, 1000 characters together. At least one of both. Default `{ maxAgeSeconds: 0 }`, a sign-in anew.
 */
export function riskRules(asked: Verification = { maxAgeSeconds: 0 }): RiskRules {
  return {
    connect: (parts, demands) => {
      checkedVerification('riskRules', asked);
      checkPolicy(parts);
      // Read at each use: a fetched policy may have changed them.
      const { policy } = parts.configuration;
      const absence = new AbsenceRule(parts, asked, demands);
      const ask = parts.seal && askNetworkWith(parts, parts.seal);
      const network = ask && new NetworkRule({ ...parts, demands, ask }, asked);
      return {
        used: async () => {
          const { afterAbsenceSeconds } = policy.stepUp ?? {};
          if (afterAbsenceSeconds) await absence.used(afterAbsenceSeconds * 1000);
        },
        look: async (hasMoved) => {
          const { networkCheckSeconds } = policy.stepUp ?? {};
          if (networkCheckSeconds) await network?.look(hasMoved, networkCheckSeconds * 1000);
        },
      };
    },
  };
}

function checkPolicy({ configuration: { policy, memoryVault, fetchedPolicy } }: StepUpParts): void {
  const { afterAbsenceSeconds, networkCheckSeconds } = resolveNumbers(
    'policy.stepUp',
    STEP_UP_BOUNDS,
    policy.stepUp,
  );
  const { idleTimeoutSeconds = Infinity } = policy;
  if (!afterAbsenceSeconds && !networkCheckSeconds && !fetchedPolicy)
    refuse(
      'policy.stepUp',
      policy.stepUp,
      'at least one rule with riskRules(): afterAbsenceSeconds, networkCheckSeconds',
    );
  // It could never apply.
  if (afterAbsenceSeconds && afterAbsenceSeconds >= idleTimeoutSeconds)
    refuse(
      'policy.stepUp.afterAbsenceSeconds',
      afterAbsenceSeconds,
      `less than ${idleTimeoutSeconds}, by policy.idleTimeoutSeconds`,
    );
  if (networkCheckSeconds && memoryVault)
    refuse('policy.stepUp.networkCheckSeconds', networkCheckSeconds, 'nothing with memoryVault()');
}
