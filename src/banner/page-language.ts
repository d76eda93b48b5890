/**
 * The values of all `lang` attributes around an element, its own first. A language that is set around a component is that of
 * everything in its shadow tree.
 */
export function* tagsAround(element: Element): Generator<string> {
  for (const each of selfAndAncestors(element)) {
    const tag = each.getAttribute('lang');
    if (tag) yield tag;
  }
}

/** Calls the listener when a `lang` attribute around the element may have changed, until the returned function is called. */
export function watchTagsAround(element: Element, listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  const roots = new Set([...selfAndAncestors(element)].map((each) => each.getRootNode()));
  for (const root of roots) observer.observe(root, { subtree: true, attributeFilter: ['lang'] });
  return () => observer.disconnect();
}

function* selfAndAncestors(element: Element): Generator<Element> {
  let each: Element | undefined = element;
  while (each) {
    yield each;
    each = each.parentElement ?? hostOf(each);
  }
}

function hostOf(element: Element): Element | undefined {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : undefined;
}
