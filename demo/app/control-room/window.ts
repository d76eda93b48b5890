/** How much of the past the timeline shows. */
export const SHOWN_SECONDS = 120;

/** What was the case at one moment; all but `at` are drawn. */
export interface Sample {
  /** Seconds since the epoch. */
  readonly at: number;
  /** What is left of the access token, in seconds. */
  readonly left: number | null;
  readonly parked: number;
}

/** A request of a tab, on the tab's own line. */
export interface Mark {
  readonly at: number;
  readonly tab: string;
  /** `waited`: it took longer than a request takes that had a token at hand. */
  readonly kind: 'sent' | 'waited' | 'failed';
}

/** The latest of something, as far back as the timeline goes. */
export class Latest<T extends { readonly at: number }> {
  #items: T[] = [];

  add(item: T): void {
    this.#items.push(item);
    const from = item.at - SHOWN_SECONDS;
    // In order of time, but for requests, which are told when they are over: a few too old ones harm nobody.
    while ((this.#items[0]?.at ?? from) < from) this.#items.shift();
  }

  get all(): readonly T[] {
    return this.#items;
  }
}

/** More than a request takes that has a token at hand, on one machine. */
const WAITED_MS = 400;

export function kindOf(settled: { readonly isAnswered: boolean; readonly tookMs: number }): Mark['kind'] {
  if (!settled.isAnswered) return 'failed';
  return settled.tookMs > WAITED_MS ? 'waited' : 'sent';
}

/** Columns for a chart: the marks' times in order, and for each kind the line of its tab, or `null`. */
export function columns(marks: readonly Mark[], tabs: readonly string[]) {
  const sorted = [...marks].sort((one, other) => one.at - other.at);
  const lines = (kind: Mark['kind']) =>
    sorted.map((mark) => (mark.kind === kind ? tabs.indexOf(mark.tab) : null));
  return {
    at: sorted.map(({ at }) => at),
    sent: lines('sent'),
    waited: lines('waited'),
    failed: lines('failed'),
  };
}
