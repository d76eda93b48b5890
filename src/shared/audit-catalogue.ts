import { ENDS, ERRORS } from './telemetry-catalogue.js';

const UNUSUAL_USE = ['requests', 'commands', 'rollback', 'second_key'] as const;

/** Every kind of entry that there is, with the causes that it can have. What each means, and when it comes, is in `docs/audit.md`. */
export const AUDIT_KINDS = {
  'sign-in': ['new', 'again', 'other_person'],
  'sign-in-failed': ERRORS,
  renewal: ['due', 'expired', 'early'],
  'renewal-failed': ERRORS,
  fallback: ['narrower_scope', 'repeated_renewal', 'silent_frame'],
  'step-up': ['asked', 'verified', 'given_up'],
  'step-up-demanded': ['absence', 'network', ...UNUSUAL_USE],
  end: ENDS,
  'policy-changed': ['configuration', 'fetched'],
  'policy-refused': ['invalid', 'rollback', 'altered', 'no_document'],
  'unusual-use': UNUSUAL_USE,
  'theft-suspected': ['refresh_token_refused'],
  'log-broken': ['removed', 'rolled_back', 'unreadable'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type AuditKind = keyof typeof AUDIT_KINDS;

/** Why the worker by itself wants the person verified. */
export type DemandCause = (typeof AUDIT_KINDS)['step-up-demanded'][number];
