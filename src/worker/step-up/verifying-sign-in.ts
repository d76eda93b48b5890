import { SessionKeeperError } from '../../shared/errors.js';
import type { SignInSteps } from '../oauth/sign-in.js';
import { verificationParameters } from '../oauth/verification.js';
import type { Demands } from './demands.js';
import { keyOf, type VerifiedRequests } from './verified-requests.js';

/** Sign-ins that ask for what requests wait for. A page has no say in it, and one that asked for less ends no demand. */
export function verifyingSignIn(
  signIn: SignInSteps,
  requests: Pick<VerifiedRequests, 'asked' | 'refuse'>,
  demands: Pick<Demands, 'load' | 'carried'>,
): SignInSteps {
  /**
   * Nobody will be verified by asking for the same again. One that may succeed later is for the person to try again, and what a page asked for in
   * vain is no word of the authorization server.
   */
  const failed = (error: unknown, parameters: Readonly<Record<string, string>> | undefined) => {
    const isFinal =
      error instanceof SessionKeeperError && !error.retryable && error.code !== 'scope_not_requestable';
    if (parameters && isFinal) requests.refuse(keyOf(parameters), error);
    throw error;
  };
  return {
    begin: async (request, attempt, pushed) => {
      const asked = request.mode === 'frame' ? undefined : requests.asked;
      const parameters = request.parameters ?? (asked && verificationParameters(asked));
      return signIn
        .begin({ ...request, parameters }, attempt, pushed)
        .catch((error: unknown) => failed(error, parameters));
    },
    find: (answer) => signIn.find(answer),
    claim: (found) => signIn.claim(found),
    finish: async (answer, transaction) => {
      const { parameters, silent } = transaction;
      try {
        const record = await signIn.finish(answer, transaction);
        await demands.load();
        return {
          ...record,
          ...(parameters && { verification: keyOf(parameters) }),
          ...demands.carried(record, transaction),
        };
      } catch (error) {
        // The same window asks again, in the ordinary way.
        if (silent && error instanceof Error && signIn.asksForPerson(error)) throw error;
        return failed(error, parameters);
      }
    },
    asksForPerson: (error) => signIn.asksForPerson(error),
  };
}
