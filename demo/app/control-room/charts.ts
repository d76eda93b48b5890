import uPlot from 'uplot';
import { columns, type Latest, type Mark, type Sample, SHOWN_SECONDS } from './window.js';

const FONT = '12px ui-sans-serif, system-ui, "Segoe UI", sans-serif';
const LINES_HEIGHT = 190;
const TAB_HEIGHT = 30;
const AXIS_HEIGHT = 34;
/** Less than this has room for every other mark. */
const NARROW = 480;
const LEAST_SECONDS = 30;
/** Wide enough for `600 s`, and for as many requests as may wait. */
const SIDE_WIDTH = 44;

/** A colour of the style sheet as it is now, light or dark: a canvas knows no variables. */
class Colors {
  readonly #probe = document.createElement('span');

  constructor(parent: HTMLElement) {
    this.#probe.hidden = true;
    parent.append(this.#probe);
  }

  of(name: string): string {
    this.#probe.style.color = `var(--${name})`;
    return getComputedStyle(this.#probe).color;
  }
}

/** The live timeline: the token's life and the requests that wait above, each tab's requests below. */
export class Timeline {
  readonly #samples: Latest<Sample>;
  readonly #marks: Latest<Mark>;
  readonly #renewals: Latest<{ readonly at: number }>;
  readonly #colors: Colors;
  readonly #lines: uPlot;
  readonly #lanes: uPlot;
  #tabs: readonly string[] = [];

  constructor(
    parent: HTMLElement,
    samples: Latest<Sample>,
    marks: Latest<Mark>,
    renewals: Latest<{ readonly at: number }>,
  ) {
    this.#samples = samples;
    this.#marks = marks;
    this.#renewals = renewals;
    this.#colors = new Colors(parent);
    this.#lines = new uPlot(this.#linesOptions(parent.clientWidth), [[], [], []], parent);
    this.#lanes = new uPlot(this.#lanesOptions(parent.clientWidth), [[], [], [], []], parent);
    new ResizeObserver(() => this.#resize(parent.clientWidth)).observe(parent);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw(this.#tabs));
  }

  /** @param tabs from top to bottom */
  draw(tabs: readonly string[]): void {
    if (tabs.length !== this.#tabs.length) {
      this.#tabs = tabs;
      this.#resize(this.#lines.width);
    }
    this.#tabs = tabs;
    const samples = this.#samples.all;
    this.#lines.setData([
      samples.map(({ at }) => at),
      samples.map(({ left }) => left),
      samples.map(({ parked }) => parked),
    ]);
    const { at, sent, waited, failed } = columns(this.#marks.all, tabs);
    this.#lanes.setData([at, sent, waited, failed]);
  }

  #resize(width: number): void {
    this.#lines.setSize({ width, height: LINES_HEIGHT });
    this.#lanes.setSize({ width, height: AXIS_HEIGHT + TAB_HEIGHT * Math.max(1, this.#tabs.length) });
  }

  #linesOptions(width: number): uPlot.Options {
    return {
      ...this.#common(width, LINES_HEIGHT),
      scales: {
        x: { range: latestWindow },
        y: { range: (_chart, _least, most) => [0, Math.max(most * 1.1, 10)] },
        parked: { range: (_chart, _least, most) => [0, Math.max(most * 1.4, 10)] },
      },
      axes: [
        this.#axis({ splits, values: () => [], size: 6 }),
        this.#axis({ values: (_chart, marks) => marks.map((mark) => `${mark} s`), size: SIDE_WIDTH }),
        this.#axis({ side: 1, scale: 'parked', grid: { show: false }, size: SIDE_WIDTH }),
      ],
      series: [
        {},
        { stroke: () => this.#colors.of('accent'), fill: () => this.#colors.of('wash'), width: 2 },
        {
          scale: 'parked',
          stroke: () => this.#colors.of('warn'),
          fill: () => this.#colors.of('warn-wash'),
          width: 2,
          ...stepped(),
        },
      ],
      hooks: { drawAxes: [(chart: uPlot) => this.#drawRenewals(chart)] },
    };
  }

  #lanesOptions(width: number): uPlot.Options {
    const dots = (color: string, size: number): uPlot.Series => ({
      stroke: () => this.#colors.of(color),
      paths: () => null,
      points: { show: true, size, fill: () => this.#colors.of(color) },
    });
    return {
      ...this.#common(width, AXIS_HEIGHT + TAB_HEIGHT),
      scales: {
        x: { range: latestWindow },
        y: { dir: -1, range: () => [-0.5, Math.max(1, this.#tabs.length) - 0.5] },
      },
      axes: [
        this.#axis({ splits, values: ago }),
        this.#axis({
          size: SIDE_WIDTH,
          splits: () => this.#tabs.map((_tab, line) => line),
          values: () => this.#tabs.map((_tab, line) => `${line + 1}`),
        }),
        this.#axis({ side: 1, size: SIDE_WIDTH, splits: () => [], grid: { show: false } }),
      ],
      series: [{}, dots('accent', 6), dots('warn', 8), dots('bad', 9)],
    };
  }

  #common(width: number, height: number) {
    return {
      width,
      height,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 0, 0, 0] as uPlot.Padding,
    };
  }

  #axis(options: uPlot.Axis): uPlot.Axis {
    const line = { stroke: () => this.#colors.of('line'), width: 1 };
    return {
      stroke: () => this.#colors.of('soft'),
      font: FONT,
      ticks: { show: false },
      size: AXIS_HEIGHT - 8,
      ...options,
      grid: { ...line, ...options.grid },
    };
  }

  #drawRenewals({ ctx, bbox, valToPos }: uPlot): void {
    ctx.save();
    ctx.strokeStyle = this.#colors.of('ink');
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    for (const { at } of this.#renewals.all) {
      const x = valToPos(at, 'x', true);
      if (x < bbox.left) continue;
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
    }
    ctx.stroke();
    ctx.restore();
  }
}

/** The option is left out where the build of the library has no such paths. */
function stepped(): Pick<uPlot.Series, 'paths'> {
  const paths = uPlot.paths.stepped?.({ align: 1 });
  return paths ? { paths } : {};
}

/** How long ago, counted from the chart's right edge. */
function ago(chart: uPlot, marks: readonly number[]): string[] {
  const now = chart.scales.x?.max ?? 0;
  return marks.map((at) => (at === now ? 'now' : `${Math.round(at - now)} s`.replace('-', '−')));
}

/** Moves with the time, so that the marks stand still. */
function splits({ scales, width }: uPlot): number[] {
  const { min = 0, max = 0 } = scales.x ?? {};
  const step = (max - min > SHOWN_SECONDS / 2 ? 30 : 15) * (width < NARROW ? 2 : 1);
  return Array.from(
    { length: Math.floor((max - min) / step) + 1 },
    (_, index) => max - index * step,
  ).reverse();
}

const openedAt = Date.now() / 1000;

/** All since the page was opened, as far as it is kept. */
function latestWindow(): [number, number] {
  const now = Date.now() / 1000;
  return [Math.max(now - SHOWN_SECONDS, Math.min(openedAt, now - LEAST_SECONDS)), now];
}
