import { type MetricShape, TELEMETRY_METRICS } from '../../shared/telemetry-catalogue.js';
import type { TelemetryEvent } from '../../shared/telemetry-event.js';
import { VERSION } from '../../shared/version.js';
import type { Aggregated, Point } from './aggregate.js';

/*
 * The JSON form of OTLP 1 (opentelemetry-proto, `ExportMetricsServiceRequest` and `ExportLogsServiceRequest`): lowerCamelCase
 * names, 64-bit integers as texts, enumerations as numbers.
 */

const PREFIX = 'session_keeper.';
const SCOPE = { name: 'session-keeper', version: VERSION };
/** Each export holds what came since the last one: a worker that is stopped has nothing to go on counting from. */
const DELTA = 1;
/** `INFO` and `WARN` of the log data model. */
const SEVERITY = { usual: [9, 'INFO'], problem: [13, 'WARN'] } as const;

export type Attributes = Readonly<Record<string, string>>;

/** @param from when the time that it is of began, in milliseconds since the epoch */
export function metricsRequest(resource: Attributes, aggregated: Aggregated, from: number, to: number) {
  const metrics = [...aggregated].map(([name, points]) => {
    const shape: MetricShape = TELEMETRY_METRICS[name];
    const data = points.map((point) => ({
      attributes: attributesOf(named(point.attributes)),
      startTimeUnixNano: nanos(Math.min(from, to)),
      timeUnixNano: nanos(to),
      ...(shape.buckets ? histogram(point, shape.buckets) : { asInt: String(point.sum) }),
    }));
    return { name: PREFIX + name, unit: shape.unit, ...dataOf(shape, data) };
  });
  return { resourceMetrics: [{ resource: resourceOf(resource), scopeMetrics: [{ scope: SCOPE, metrics }] }] };
}

export function logsRequest(resource: Attributes, events: readonly TelemetryEvent[], now: number) {
  const logRecords = events.map(({ name, at, ...fields }) => {
    const [severityNumber, severityText] = 'error' in fields ? SEVERITY.problem : SEVERITY.usual;
    return {
      timeUnixNano: nanos(at),
      observedTimeUnixNano: nanos(now),
      severityNumber,
      severityText,
      eventName: PREFIX + name,
      attributes: attributesOf(named(fields)),
    };
  });
  return { resourceLogs: [{ resource: resourceOf(resource), scopeLogs: [{ scope: SCOPE, logRecords }] }] };
}

function dataOf({ buckets }: MetricShape, dataPoints: readonly object[]) {
  return buckets
    ? { histogram: { aggregationTemporality: DELTA, dataPoints } }
    : { sum: { aggregationTemporality: DELTA, isMonotonic: true, dataPoints } };
}

function histogram({ count, sum, min, max, bucketCounts }: Point, explicitBounds: readonly number[]) {
  return { count: String(count), sum, min, max, bucketCounts: bucketCounts.map(String), explicitBounds };
}

function resourceOf(attributes: Attributes) {
  return { attributes: attributesOf(attributes) };
}

/** `error.type` is OpenTelemetry's name for it; for the others it has none. */
function named(fields: Readonly<Record<string, string | number>>): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name === 'error' ? 'error.type' : PREFIX + snake(name),
      value,
    ]),
  );
}

function attributesOf(attributes: Readonly<Record<string, string | number>>) {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { doubleValue: value } : { stringValue: value },
  }));
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function nanos(ms: number): string {
  return `${Math.round(ms)}000000`;
}
