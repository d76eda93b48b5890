import { isObject } from '../../shared/misuse.js';

const KEY = 'session-keeper:rollout';

/** What this browser remembers of the rollout. Any script of the page can change it, and none of it is more than a page may know. */
export interface Remembered {
  /** Of this browser among all: from 0 to 100, drawn once. It is sent nowhere. */
  readonly place: number;
  /** The plan that was given out last. */
  readonly plan?: unknown;
  /** How often in a row a removal was put off. */
  readonly putOff?: number;
  /** A keeper was removed: its worker may be left with its pages, and make an empty database. */
  readonly isLeft?: boolean;
}

export class BrowserRecord {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly #random: () => number;
  /** Where nothing can be stored it holds for this page, and such a browser is among the last to be in. */
  #held: Remembered = { place: 100 };

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>, random: () => number) {
    this.#storage = storage;
    this.#random = random;
  }

  /** Draws a place, where there is none yet. */
  read(): Remembered {
    return this.#stored() ?? this.#write({ ...this.#held, place: this.#random() * 100 });
  }

  update(change: Partial<Remembered>): void {
    this.#write({ ...this.read(), ...change });
  }

  #stored(): Remembered | undefined {
    try {
      const stored: unknown = JSON.parse(this.#storage.getItem(KEY) ?? '');
      const isPlace = isObject(stored) && Number(stored.place) >= 0 && Number(stored.place) <= 100;
      return isPlace ? ({ ...stored, place: Number(stored.place) } as Remembered) : undefined;
    } catch {
      return undefined;
    }
  }

  #write(record: Remembered): Remembered {
    try {
      this.#storage.setItem(KEY, JSON.stringify(record));
      this.#held = record;
    } catch {
      this.#held = { ...record, place: this.#held.place };
    }
    return this.#held;
  }
}
