import { objectOf, refuse } from './misuse.js';
import { type Policy, resolvePolicy } from './policy.js';
import type { PolicyInput } from './policy-types.js';

/** A policy as a server gives it out. Plain data: it survives JSON. */
export interface PolicyDocument {
  /** A whole number from 1 on. Each other policy has a higher one: a worker takes no lower version, and no other policy under the same. */
  readonly version: number;
  readonly policy: PolicyInput;
}

/**
 * Checks a document as the worker's own policy is checked.
 *
 * @returns the policy with every default filled in
 * @throws TypeError naming the value and what is allowed
 */
export function checkPolicyDocument(document: unknown): PolicyDocument & { readonly resolved: Policy } {
  const given = objectOf('(the policy document)', document, ['version', 'policy'], '');
  const { version, policy }: Partial<PolicyDocument> = given;
  if (!(Number.isSafeInteger(version) && Number(version) >= 1))
    refuse('version', version, 'a whole number of at least 1');
  if (policy === undefined) refuse('policy', policy, 'an object, perhaps an empty one');
  return { version: Number(version), policy, resolved: resolvePolicy(policy) };
}
