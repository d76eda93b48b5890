const ARITY = 4;

/**
 * Who is next, of a fixed number of sessions with one moment each: an indexed heap in typed arrays. To move a session
 * costs O(log n), and nothing is ever allocated: 16 bytes a session, whatever happens.
 */
export class EventQueue {
  readonly #at: Float64Array;
  readonly #heap: Int32Array;
  readonly #place: Int32Array;

  /** @param at the first moment of each session; kept and changed by {@link move} */
  constructor(at: Float64Array) {
    this.#at = at;
    this.#heap = Int32Array.from(at, (_, session) => session);
    this.#place = this.#heap.slice();
    for (let place = Math.floor((at.length - 2) / ARITY); place >= 0; place--) this.#sink(place);
  }

  get bytes(): number {
    return this.#at.byteLength + this.#heap.byteLength + this.#place.byteLength;
  }

  /** The session whose moment comes first. */
  get first(): number {
    return this.#heap[0] ?? -1;
  }

  at(session: number): number {
    return this.#at[session] ?? Number.POSITIVE_INFINITY;
  }

  move(session: number, at: number): void {
    const before = this.at(session);
    this.#at[session] = at;
    const place = this.#place[session] ?? 0;
    if (at > before) this.#sink(place);
    else this.#rise(place);
  }

  #rise(from: number): void {
    const session = this.#session(from);
    const at = this.at(session);
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      const above = this.#session(parent);
      if (this.at(above) <= at) break;
      this.#put(above, place);
      place = parent;
    }
    this.#put(session, place);
  }

  #sink(from: number): void {
    const session = this.#session(from);
    const at = this.at(session);
    const { length } = this.#heap;
    let place = from;
    for (let child = place * ARITY + 1; child < length; child = place * ARITY + 1) {
      let least = child;
      let leastAt = this.at(this.#session(child));
      for (let other = child + 1; other < Math.min(child + ARITY, length); other++) {
        const otherAt = this.at(this.#session(other));
        if (otherAt < leastAt) {
          least = other;
          leastAt = otherAt;
        }
      }
      if (leastAt >= at) break;
      this.#put(this.#session(least), place);
      place = least;
    }
    this.#put(session, place);
  }

  #session(place: number): number {
    return this.#heap[place] ?? -1;
  }

  #put(session: number, place: number): void {
    this.#heap[place] = session;
    this.#place[session] = place;
  }
}
