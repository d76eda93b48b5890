import { SessionKeeperError } from '../../shared/errors.js';
import { SignIn, type SignInSteps, type SignInTransaction } from '../oauth/sign-in.js';
import type { ScopesParts } from './scopes.js';

/** A transaction whose scope is told apart from what else was asked for. */
type Scoped = SignInTransaction & { readonly scope?: string | undefined };

/**
 * Sign-ins that may ask for more than the worker's `scope`: what a page requests, as far as the options name it, and what the session was given so
 * before, so that a sign-in for another reason does not lose it.
 */
export function requestingSignIn(parts: ScopesParts, allowed: ReadonlySet<string>): SignInSteps {
  const { configuration, environment, session, server, vault, dpop, signIn } = parts;
  const plain = configuration.scope.split(' ').filter(Boolean);
  const signInFor = (scope: string | undefined) =>
    scope === undefined ? signIn : new SignIn({ ...configuration, scope }, environment, server, vault, dpop);
  return {
    begin: async (request, ...more) => {
      const asked = [...plain, ...requested(request.scope, allowed), ...extra()];
      const scope = asked.length > plain.length ? [...new Set(asked)].join(' ') : undefined;
      // It is kept with the transaction, which is all that is left of the request when the answer comes.
      const parameters = scope === undefined ? request.parameters : { ...request.parameters, scope };
      return signInFor(scope).begin({ ...request, parameters }, ...more);
    },
    find: async (answer) => {
      const found = await signIn.find(answer);
      return found && { ...found, value: apart(found.value) };
    },
    claim: (found) => signIn.claim(found),
    finish: (answer, transaction: Scoped) => signInFor(transaction.scope).finish(answer, transaction),
    asksForPerson: (error) => signIn.asksForPerson(error),
  };

  /** What the session was given at a page's request. */
  function extra(): readonly string[] {
    const { grantedScopes = [], grantedBefore = grantedScopes } = session.stored?.value ?? {};
    return grantedBefore.filter((scope) => allowed.has(scope) && !plain.includes(scope));
  }
}

/** Whoever asked for the rest, to have the person verified for instance, finds it as it was. */
function apart({ parameters, ...transaction }: Scoped): Scoped {
  const { scope = transaction.scope, ...others } = parameters ?? {};
  return { ...transaction, scope, parameters: Object.keys(others).length > 0 ? others : undefined };
}

/**
 * @throws SessionKeeperError `scope_not_requestable`
 */
function requested(scope: unknown = '', allowed: ReadonlySet<string>): readonly string[] {
  const asked = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [undefined];
  const refused = asked.filter((each) => !allowed.has(String(each)));
  if (refused.length === 0) return asked as string[];
  throw new SessionKeeperError(
    'scope_not_requestable',
    'A page may ask only for what the worker names in its options scope and scopes.requestable.',
  );
}
