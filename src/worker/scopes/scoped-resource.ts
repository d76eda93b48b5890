import { SessionKeeperError } from '../../shared/errors.js';
import { isScope } from '../../shared/scope-list.js';
import { challengeOf } from '../oauth/challenge.js';
import { problemResponse } from '../problem-response.js';
import type { SessionRecord } from '../session-record.js';
import type { Navigations } from './navigations.js';
import { missingOf, type ScopeNeeds } from './scope-needs.js';
import type { ScopesParts } from './scopes.js';

/**
 * Answers what the session's scopes do not reach with a code that a page can act on: where the options say so without asking the API, else
 * where its 403 names a scope that the session does not have (RFC 6750 §3.1). Any other 403 is the API's own word, and so is the answer to a
 * navigation, which never gets one of the worker's own.
 */
export function scopedResource(
  resource: ScopesParts['resource'],
  needs: ScopeNeeds,
  navigations: Pick<Navigations, 'has'>,
): ScopesParts['resource'] {
  return {
    send: async (request, credential) => {
      if (navigations.has(request)) return resource.send(request, credential);
      const missing = needs.missing(request, credential.grantedScopes);
      if (missing.length > 0) return refusal(missing, 'the request was not sent');
      const response = await resource.send(request, credential);
      const named = response.status === 403 ? await missingByApi(response, credential) : [];
      if (named.length === 0) return response;
      await response.body?.cancel();
      return refusal(named, 'the API refused the request');
    },
  };
}

async function missingByApi(response: Response, credential: SessionRecord): Promise<readonly string[]> {
  const { error, scope = '' } = await challengeOf(response);
  if (error !== 'insufficient_scope') return [];
  return missingOf(scope.split(' ').filter(isScope), credential.grantedScopes);
}

async function refusal(missing: readonly string[], what: string): Promise<Response> {
  const error = new SessionKeeperError(
    'insufficient_scope',
    `The session does not have the scope ${missing.join(' ')}; ${what}.`,
  );
  const plain = problemResponse(error, undefined, 403);
  const response = new Response(JSON.stringify({ ...(await plain.json()), missing }), plain);
  response.headers.set('WWW-Authenticate', `Bearer error="insufficient_scope", scope="${missing.join(' ')}"`);
  return response;
}
