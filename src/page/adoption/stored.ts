/** An object that is stored as JSON; `undefined` for anything else. */
export function storedObject(store: Storage, key: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(store.getItem(key) ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}

/** All keys for which this holds; a list of its own, so that it may be removed from. */
export function keysOf(store: Storage, isMeant: (key: string) => boolean): string[] {
  return Object.keys(store).filter(isMeant);
}

export function removeAll(store: Storage, keys: readonly string[]): void {
  for (const key of keys) store.removeItem(key);
}
