/**
 * Whether a page's Content-Security-Policy lets it frame a URL (CSP Level 3 §6.7.2): the header's value, where several
 * policies are joined by commas and each has to agree. Without a directive for frames everything is let in. In doubt the
 * answer is yes: a frame that the browser blocks after all costs some seconds and shows nothing.
 *
 * @param self the page's own origin
 */
export function admitsFrame(policies: string, { href }: URL, self: string): boolean {
  return policies.split(',').every((policy) => {
    const directives = policy.split(';').map((directive) => directive.trim().toLowerCase().split(/\s+/));
    const [, ...sources] = ['frame-src', 'child-src', 'default-src']
      .map((name) => directives.find(([each]) => each === name))
      .find(Boolean) ?? ['', '*'];
    return sources.some((source) => patternOf(source === "'self'" ? self : source).test(href));
  });
}

/** A source as a pattern of URLs. It may leave out the scheme and the path; its wildcards are for hosts and ports. */
function patternOf(source: string): RegExp {
  const text = source
    .replace(/[\\^$.+?()[\]{}|]/g, '\\$&')
    .replace(/:443(?=\/|$)|\/$/g, '')
    .replace(':*', '(:\\d+)?')
    .replace('*', '[^/]*');
  return new RegExp(`^(https?://)?${text}(/.*)?$`, 'i');
}
