/** A browser's storage, as far as drafts use it. */
export class FakeStorage implements Iterable<[string, string]> {
  readonly #items = new Map<string, string>();
  isFull = false;

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    if (this.isFull) throw new DOMException('full', 'QuotaExceededError');
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }

  keys(): string[] {
    return [...this.#items.keys()];
  }

  [Symbol.iterator](): Iterator<[string, string]> {
    return this.#items[Symbol.iterator]();
  }
}
