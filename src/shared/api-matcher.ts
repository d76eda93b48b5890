export interface Api {
  readonly origin: string;
  readonly pathPrefix: string;
  /** Absent: all. */
  readonly methods?: readonly string[];
}

/** Finds the API that a URL belongs to: by parsed origin and whole path segments, never by string prefix. */
export class ApiMatcher {
  readonly #byOrigin = new Map<string, (Api & { readonly segments: readonly string[] })[]>();

  constructor(apis: readonly Api[]) {
    for (const api of apis) {
      const rules = this.#byOrigin.get(api.origin) ?? [];
      rules.push({ ...api, segments: segmentsOf(api.pathPrefix.replace(/\/$/, '')) });
      this.#byOrigin.set(api.origin, rules);
    }
  }

  /** @param method absent: any */
  match(url: URL, method?: string): Api | undefined {
    if (!url.protocol.startsWith('http')) return undefined;
    const rules = this.#byOrigin.get(url.origin);
    if (!rules) return undefined;
    const path = segmentsOf(url.pathname);
    return rules.find(
      ({ segments, methods }) =>
        !(method && methods?.includes(method) === false) &&
        segments.every((segment, index) => segment === path[index]),
    );
  }
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1);
}
