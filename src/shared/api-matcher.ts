export interface Api {
  readonly origin: string;
  readonly pathPrefix: string;
  /** Absent: all. */
  readonly methods?: readonly string[];
}

/** Finds the API that a URL belongs to: by parsed origin and whole path segments, never by a text's beginning. */
export class ApiMatcher {
  readonly #rules: readonly (Api & { readonly start: string })[];

  constructor(apis: readonly Api[]) {
    this.#rules = apis.map((api) => ({ ...api, start: withSlash(api.origin + api.pathPrefix) }));
  }

  /** @param method absent: any */
  match({ origin, pathname }: URL, method?: string): Api | undefined {
    // A URL that is not http has no path that begins with a slash, or no such origin.
    const target = `${origin}${pathname}/`;
    return this.#rules.find(
      ({ start, methods }) => target.startsWith(start) && !(method && methods?.includes(method) === false),
    );
  }
}

/** Behind a slash a segment is whole. */
function withSlash(prefix: string): string {
  return prefix.endsWith('/') ? prefix : `${prefix}/`;
}
