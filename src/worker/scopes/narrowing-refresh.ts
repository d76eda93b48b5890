import { Refresh } from '../oauth/refresh.js';
import { isScopeRefused } from '../oauth/scope-refusal.js';
import type { SessionRecord } from '../session-record.js';
import type { ScopesParts } from './scopes.js';

/**
 * A renewal asks for all that was granted at sign-in (RFC 6749 §6: it names no scope). Where the authorization server refuses that for its scopes,
 * and the policy says with which ones the session may go on, it is asked once more with the same refresh token, for these alone. Each renewal
 * asks for all again, so the session has its scopes back with the first one that is not refused.
 */
export function narrowingRefresh(
  parts: Pick<ScopesParts, 'configuration' | 'environment' | 'server' | 'dpop' | 'refresh'>,
  allowed: ReadonlySet<string>,
): ScopesParts['refresh'] {
  const { configuration, refresh } = parts;
  return {
    send: async (current) => {
      const whole = await refresh.send(widened(current));
      const { limitedScope = '', fallbacks } = configuration.policy;
      // A fetched policy may name what this client never had.
      const scope = limitedScope.split(' ').filter((each) => allowed.has(each));
      const isAllowed = scope.length > 0 && fallbacks?.includes('limited-scope') !== false;
      if (!('failure' in whole) || !isScopeRefused(whole.failure.error) || !isAllowed) return whole;
      const narrow = await refreshWith(scope, parts).send(current);
      return 'record' in narrow ? { record: narrowed(current, narrow.record, scope) } : narrow;
    },
  };
}

/** A server that grants what was asked for need not say so (RFC 6749 §5.1): that is what there was before the narrowing. */
function widened({ grantedBefore, ...current }: SessionRecord): SessionRecord {
  return { ...current, ...(grantedBefore && { grantedScopes: grantedBefore }) };
}

function narrowed(current: SessionRecord, record: SessionRecord, scope: readonly string[]): SessionRecord {
  return {
    ...record,
    grantedScopes: record.grantedScopes.filter((each) => scope.includes(each)),
    grantedBefore: current.grantedBefore ?? current.grantedScopes,
  };
}

function refreshWith(
  scope: readonly string[],
  {
    configuration,
    environment,
    server,
    dpop,
  }: Pick<ScopesParts, 'configuration' | 'environment' | 'server' | 'dpop'>,
): Refresh {
  return new Refresh(
    configuration.policy,
    environment,
    {
      client: server.client,
      metadata: () => server.metadata(),
      requestTokens: (metadata, grantType, parameters, proof) =>
        server.requestTokens(metadata, grantType, { ...parameters, scope: scope.join(' ') }, proof),
    },
    dpop,
  );
}
