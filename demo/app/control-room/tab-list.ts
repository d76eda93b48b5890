import { create, element } from '../elements.js';
import { TAB_CHANNEL, type TabReport, traffic } from '../tab-traffic.js';
import { kindOf, type Latest, type Mark } from './window.js';

/** The tabs that have sent something, each with its line in the timeline and its counts. */
export class TabList {
  readonly #rows = element('tabs', HTMLTableSectionElement);
  readonly #reports = new Map<string, TabReport>();
  readonly #marks: Latest<Mark>;

  constructor(marks: Latest<Mark>) {
    this.#marks = marks;
    const channel = new BroadcastChannel(TAB_CHANNEL);
    channel.addEventListener('message', ({ data }: MessageEvent<TabReport>) => this.#take(data));
    traffic.onReport((report) => this.#take(report));
  }

  get names(): readonly string[] {
    return [...this.#reports.keys()];
  }

  /** Requests of all tabs that were answered, and those that failed. */
  totals(): { answered: number; failed: number } {
    const reports = [...this.#reports.values()];
    const sum = (of: (report: TabReport) => number) =>
      reports.reduce((total, report) => total + of(report), 0);
    return { answered: sum(({ answered }) => answered), failed: sum(({ failed }) => failed) };
  }

  #take(report: TabReport): void {
    this.#reports.set(report.tab, report);
    const { settled, tab } = report;
    if (settled) this.#marks.add({ at: settled.sentAt / 1000, tab, kind: kindOf(settled) });
    this.#render();
  }

  #render(): void {
    const rows = [...this.#reports.values()].map(({ tab, sent, waiting, answered, failed }, line) =>
      create(
        'tr',
        '',
        rowHead(`${line + 1}`, tab),
        ...[sent, waiting, answered, failed].map((count) => create('td', '', String(count))),
      ),
    );
    this.#rows.replaceChildren(...rows);
  }
}

function rowHead(line: string, tab: string): HTMLTableCellElement {
  const head = create('th', '', create('span', 'lane', line), ` ${tab}`);
  head.scope = 'row';
  return head;
}
