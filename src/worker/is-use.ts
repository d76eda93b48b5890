import type { Policy } from '../shared/policy.js';
import type { SignOfLife } from '../shared/protocol.js';

/** Whether a page's sign of life is a person's use of the session. */
export function isUse({ activity }: Policy, signal?: SignOfLife): boolean {
  return activity.includes(signal as 'wake');
}
