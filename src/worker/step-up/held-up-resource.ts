import { SessionKeeperError } from '../../shared/errors.js';
import type { Verification } from '../../shared/session-status.js';
import type { ResourceRequest } from '../oauth/resource-request.js';
import { verificationParameters } from '../oauth/verification.js';
import { problemResponse } from '../problem-response.js';
import { unavailable } from '../vault/database.js';
import type { Demands } from './demands.js';

type Resource = Pick<ResourceRequest, 'send'>;

/**
 * Sends nothing with the credential of a session that is held up: the answer is the one that an API gives that wants the person
 * verified (RFC 9470 §3).
 */
export function heldUpResource(
  resource: Resource,
  demands: Pick<Demands, 'load' | 'of' | 'write'>,
): Resource {
  return {
    send: async (request, credential) => {
      // Until it is known, nothing goes.
      if (!(await demands.load())) return problemResponse(unavailable(), 1, 503);
      const asked = demands.of(credential);
      if (!asked) return resource.send(request, credential);
      void demands.write();
      return challenge(asked);
    },
  };
}

function challenge(asked: Verification): Response {
  const parameters = Object.entries(verificationParameters(asked)).map(
    ([name, value]) => `, ${name}="${value}"`,
  );
  const error = new SessionKeeperError(
    'verification_required',
    'The person has to confirm that it is them before the session goes on; the request was not sent.',
  );
  const response = problemResponse(error);
  response.headers.set(
    'WWW-Authenticate',
    `Bearer error="insufficient_user_authentication"${parameters.join('')}`,
  );
  return response;
}
