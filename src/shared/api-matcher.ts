export interface Api {
  readonly origin: string;
  readonly pathPrefix: string;
  /** Absent: all. */
  readonly methods?: readonly string[];
}

/** Finds the API that a URL belongs to: by parsed origin and whole path segments, never by string prefix. */
export class ApiMatcher {
  readonly #rules: readonly (Api & { readonly segments: readonly string[] })[];

  constructor(apis: readonly Api[]) {
    this.#rules = apis.map((api) => ({ ...api, segments: segmentsOf(api.pathPrefix.replace(/\/$/, '')) }));
  }

  /** @param method absent: any */
  match({ protocol, origin, pathname }: URL, method?: string): Api | undefined {
    if (!protocol.startsWith('http')) return undefined;
    return this.#rules.find(
      (rule) =>
        rule.origin === origin &&
        !(method && rule.methods?.includes(method) === false) &&
        rule.segments.every((segment, index) => segment === segmentsOf(pathname)[index]),
    );
  }
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1);
}
