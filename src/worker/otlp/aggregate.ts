import {
  type MetricShape,
  TELEMETRY_METRICS,
  type TelemetryMetricName,
} from '../../shared/telemetry-catalogue.js';
import type { TelemetryEvent } from '../../shared/telemetry-event.js';

/** What came together for one metric and one set of attributes. */
export interface Point {
  readonly attributes: Readonly<Record<string, string>>;
  count: number;
  sum: number;
  min: number;
  max: number;
  /** One more than there are bounds: the last is of what is over all of them. */
  readonly bucketCounts: number[];
}

export type Aggregated = ReadonlyMap<TelemetryMetricName, readonly Point[]>;

/** Adds events up to metrics, from one collection to the next. */
export class Aggregate {
  readonly #points = new Map<TelemetryMetricName, Map<string, Point>>();

  add(event: TelemetryEvent): void {
    for (const [name, shape] of Object.entries(TELEMETRY_METRICS) as [TelemetryMetricName, MetricShape][])
      if (shape.from.includes(event.name)) this.#add(name, shape, { ...event });
  }

  /** What came since the last time. */
  collect(): Aggregated {
    const collected = [...this.#points].map(([name, points]) => [name, [...points.values()]] as const);
    this.#points.clear();
    return new Map(collected);
  }

  #add(
    name: TelemetryMetricName,
    { attributes, value, buckets = [] }: MetricShape,
    event: Readonly<Record<string, unknown>>,
  ): void {
    const told = attributes.filter((each) => event[each] !== undefined);
    const texts = Object.fromEntries(told.map((each) => [each, String(event[each])]));
    const number = value === undefined ? 1 : Number(event[value]);
    const points = this.#points.get(name) ?? new Map<string, Point>();
    this.#points.set(name, points);
    const key = JSON.stringify(texts);
    const point = points.get(key) ?? empty(texts, buckets.length + 1);
    points.set(key, point);
    point.count += 1;
    point.sum += number;
    point.min = Math.min(point.min, number);
    point.max = Math.max(point.max, number);
    const above = buckets.findIndex((bound) => number <= bound);
    const bucket = above < 0 ? buckets.length : above;
    point.bucketCounts[bucket] = (point.bucketCounts[bucket] ?? 0) + 1;
  }
}

function empty(attributes: Point['attributes'], buckets: number): Point {
  return {
    attributes,
    count: 0,
    sum: 0,
    min: Infinity,
    max: -Infinity,
    bucketCounts: Array(buckets).fill(0),
  };
}
