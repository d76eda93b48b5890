import { consumerPolicy, highAssurancePolicy, workforcePolicy } from '../../src/shared/policy-presets.js';
import type { PolicyInput } from '../../src/shared/policy-types.js';

interface Preset {
  readonly name: string;
  readonly export: string;
  readonly policy: PolicyInput;
  readonly purpose: string;
  readonly source: string;
}

/** What is to be said of each preset. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'consumer',
    export: 'consumerPolicy',
    policy: consumerPolicy,
    purpose: 'People at home, on devices of their own.',
    source:
      'NIST SP 800-63B-4 §2.1.3 (AAL1): at most 30 days; an idle limit is optional there, and asked for by OWASP ASVS 5.0 7.3.1.',
  },
  {
    name: 'workforce',
    export: 'workforcePolicy',
    policy: workforcePolicy,
    purpose: 'Employees at work: a long day, and a lunch.',
    source: 'NIST SP 800-63B-4 §2.2.3 (AAL2): at most 24 hours, and 1 hour without use.',
  },
  {
    name: 'high-assurance',
    export: 'highAssurancePolicy',
    policy: highAssurancePolicy,
    purpose: 'Administration, money, health: one shift.',
    source: 'NIST SP 800-63B-4 §2.3.3 (AAL3): at most 12 hours, and 15 minutes without use.',
  },
];
