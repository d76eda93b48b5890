import { SessionKeeperError } from 'session-keeper';
import { RequestRefused } from './orders-api.js';

const PLAIN: Readonly<Record<string, string>> = {
  insufficient_scope: 'your sign-in does not allow it right now',
  popup_blocked: 'the browser blocked the sign-in window',
  sign_in_refused: 'the permission was not given',
  subject_changed: 'somebody else is signed in now',
};

/** Why something was not done, as the end of a sentence. */
export function reason(error: unknown): string {
  if (error instanceof RequestRefused || error instanceof SessionKeeperError) {
    const { code } = error;
    if (code !== undefined) return PLAIN[code] ?? code;
  }
  if (!(error instanceof RequestRefused)) return 'the server could not be reached';
  // The session itself would name a code: this is the yard's own answer to an order that nobody confirmed.
  return error.status === 401 ? 'it was not confirmed that it is you' : `the server answered ${error.status}`;
}
