/** A record as it was read: `version` changes with every write and is what a compare-and-set compares. */
export interface Stored<T> {
  readonly value: T;
  readonly version: string;
}

/** One change, all or nothing. */
export interface Change {
  /** The change happens only if each of these records still has this version (`undefined`: is still absent). */
  readonly expect?: readonly { readonly name: string; readonly version: string | undefined }[];
  readonly put?: readonly { readonly name: string; readonly value: unknown }[];
  readonly remove?: readonly string[];
}

/** Where the worker keeps what must outlive it. Nothing in it can be opened by a page. */
export interface Vault {
  readonly kind: 'sealed' | 'memory';
  /**
   * @throws SessionKeeperError `vault_unavailable`, `vault_unreadable`
   */
  read<T>(name: string): Promise<Stored<T> | undefined>;
  /**
   * @returns whether the change happened; `false` when `expect` did not hold
   * @throws SessionKeeperError `vault_unavailable`
   */
  commit(change: Change): Promise<boolean>;
  /** The names of all records that start with this. */
  names(prefix: string): Promise<string[]>;
  /** Seals with the current key what still has a former one, so that the server can drop that. */
  reseal(): Promise<void>;
}
