import { objectOf, refuse } from './misuse.js';
import type { Policy } from './policy.js';
import { resolveWhole } from './policy-parts.js';
import type { PolicyInput } from './policy-types.js';
import type { RolloutInput } from './rollout.js';

/** A policy as a server gives it out. Plain data: it survives JSON. */
export interface PolicyDocument {
  /** A whole number from 1 on. Each other policy has a higher one: a worker takes no lower version, and no other policy under the same. */
  readonly version: number;
  readonly policy: PolicyInput;
  /** For the pages, by `session-keeper/rollout`; a worker does not look at it, and it may change under the same version. */
  readonly rollout?: RolloutInput;
}

/**
 * Checks a document as the worker's own policy is checked; not its rollout, which is the page's.
 *
 * @returns the policy with every default filled in
 * @throws TypeError naming the value and what is allowed
 */
export function checkPolicyDocument(document: unknown): PolicyDocument & { readonly resolved: Policy } {
  const given = objectOf('(the policy document)', document, ['version', 'policy', 'rollout'], '');
  const { version, policy }: Partial<PolicyDocument> = given;
  if (!(Number.isSafeInteger(version) && Number(version) >= 1))
    refuse('version', version, 'a whole number of at least 1');
  if (policy === undefined) refuse('policy', policy, 'an object, perhaps an empty one');
  return { version: Number(version), policy, resolved: resolveWhole(policy) };
}
