import { isObject, objectOf, refuse } from '../../shared/misuse.js';
import { checkScopeText, isScope } from '../../shared/scope-list.js';
import type { Configuration } from '../options.js';
import { narrowingRefresh } from './narrowing-refresh.js';
import { Navigations } from './navigations.js';
import { requestingSignIn } from './requesting-sign-in.js';
import { ScopeNeeds } from './scope-needs.js';
import { scopedResource } from './scoped-resource.js';
import type { ScopeNeed, Scopes, ScopesOptions } from './scopes.js';

const NEED = ['origin', 'pathPrefix', 'methods', 'scopes'];

/**
 * For the option `scopes`: a session that is given fewer scopes goes on with them (`policy.limitedScope`), requests that need another one get a
 * typed answer (`insufficient_scope`), and a page can ask for it (`session.request`). It is a function of its own so that a worker
 * without it has nothing of it to load.
 *
 * ```ts
 * keepSession({ …, scopes: scopes({ requestable: ['reports'] }) });
 * ```
 */
export function scopes(options: ScopesOptions = {}): Scopes {
  return {
    connect: (parts) => {
      const { needs, allowed } = checked(options, parts.configuration);
      const navigations = new Navigations();
      return {
        signIn: requestingSignIn(parts, allowed),
        refresh: narrowingRefresh(parts, allowed),
        resource: scopedResource(parts.resource, new ScopeNeeds(needs), navigations),
        wrap: (keeper) => navigations.keeper(keeper),
      };
    },
  };
}

function checked(options: ScopesOptions, { apis, scope, policy }: Configuration) {
  checkScopeText('policy.limitedScope', policy.limitedScope);
  const given: ScopesOptions = objectOf('scopes', options, ['needs', 'requestable']);
  const { needs = [], requestable = [] } = given;
  if (!Array.isArray(requestable) || !requestable.every(isScope))
    refuse('scopes.requestable', requestable, 'a list of scopes');
  const allowed: ReadonlySet<string> = new Set([...scope.split(' ').filter(Boolean), ...requestable]);
  if (!Array.isArray(needs))
    refuse('scopes.needs', needs, 'a list of { origin, pathPrefix, methods, scopes }');
  const origins = apis.map(({ origin }) => origin);
  for (const [index, need] of needs.entries()) checkNeed(`scopes.needs[${index}]`, need, origins, allowed);
  return { needs, allowed };
}

function checkNeed(
  name: string,
  need: ScopeNeed,
  origins: readonly string[],
  allowed: ReadonlySet<string>,
): void {
  if (!isObject(need)) refuse(name, need, `an object of ${NEED.join(', ')}`);
  objectOf(name, need, NEED);
  const { origin, pathPrefix = '/', methods, scopes: needed } = need;
  if (!origins.includes(origin)) refuse(`${name}.origin`, origin, `an origin of apis: ${origins.join(', ')}`);
  if (typeof pathPrefix !== 'string' || !pathPrefix.startsWith('/'))
    refuse(`${name}.pathPrefix`, pathPrefix, 'a path that starts with a slash');
  if (methods !== undefined && !(Array.isArray(methods) && methods.every((each) => /^[A-Z-]+$/.test(each))))
    refuse(`${name}.methods`, methods, 'a list of methods in capitals');
  if (!Array.isArray(needed) || needed.length === 0 || !needed.every((each) => allowed.has(each)))
    refuse(`${name}.scopes`, needed, `a list of at least one of ${[...allowed].join(', ')}`);
}
