import { ApiMatcher } from '../../shared/api-matcher.js';
import type { ScopeNeed } from './scopes.js';

/** Which scopes a request needs, by the option `scopes.needs`. */
export class ScopeNeeds {
  readonly #needs: readonly { readonly matcher: ApiMatcher; readonly scopes: readonly string[] }[];

  constructor(needs: readonly ScopeNeed[]) {
    this.#needs = needs.map(({ scopes, ...rule }) => ({
      matcher: new ApiMatcher([{ pathPrefix: '/', ...rule }]),
      scopes,
    }));
  }

  /** Those that are not among the granted ones, each once. */
  missing(
    { url, method }: { readonly url: string; readonly method: string },
    granted: readonly string[],
  ): readonly string[] {
    if (this.#needs.length === 0) return [];
    const target = new URL(url);
    const matching = this.#needs.filter(({ matcher }) => matcher.match(target, method));
    return missingOf(new Set(matching.flatMap(({ scopes }) => scopes)), granted);
  }
}

/** What of the needed is not granted. */
export function missingOf(needed: Iterable<string>, granted: readonly string[]): readonly string[] {
  return [...needed].filter((scope) => !granted.includes(scope));
}
