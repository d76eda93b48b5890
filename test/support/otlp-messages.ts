import root from '@opentelemetry/otlp-transformer/build/src/generated/root.js';

/** A message of opentelemetry-proto, as OpenTelemetry's own code for JavaScript has it. */
interface Message {
  fromObject(json: object): object;
  encode(message: object): { finish(): Uint8Array };
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: { readonly longs: StringConstructor }): object;
}

/** A metric as the receiver understood it. */
interface ReceivedMetric {
  readonly name: string;
  readonly unit: string;
  readonly temporality: 'delta' | 'cumulative' | 'unspecified';
  /** Absent: a sum. */
  readonly buckets?: readonly number[];
  readonly points: readonly ReceivedPoint[];
}

interface ReceivedPoint {
  readonly attributes: Readonly<Record<string, unknown>>;
  /** A sum's value, or how many were measured. */
  readonly count: number;
  readonly bucketCounts?: readonly number[];
}

interface ReceivedLog {
  readonly eventName: string;
  readonly severity: number;
  readonly at: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Received {
  readonly resource: Readonly<Record<string, unknown>>;
  readonly metrics: readonly ReceivedMetric[];
  readonly logs: readonly ReceivedLog[];
}

const { collector } = (root as unknown as { opentelemetry: { proto: Proto } }).opentelemetry.proto;
interface Proto {
  readonly collector: {
    readonly metrics: { readonly v1: { readonly ExportMetricsServiceRequest: Message } };
    readonly logs: { readonly v1: { readonly ExportLogsServiceRequest: Message } };
  };
}
const MESSAGES: Readonly<Record<string, Message>> = {
  '/v1/metrics': collector.metrics.v1.ExportMetricsServiceRequest,
  '/v1/logs': collector.logs.v1.ExportLogsServiceRequest,
};
const TEMPORALITIES = ['unspecified', 'delta', 'cumulative'] as const;

/**
 * Reads an export as a receiver does, and more strictly: what is no field of the message, or has another type there, does not come back
 * out of its binary form as it was.
 *
 * @throws Error where the export is not that message in OTLP's JSON form
 */
export function understand(path: string, body: string): Received {
  const message = MESSAGES[path];
  if (!message) throw new Error(`OTLP has no ${path}`);
  const given = JSON.parse(body);
  const bytes = message.encode(message.fromObject(given)).finish();
  const read = message.toObject(message.decode(bytes), { longs: String }) as Export;
  const difference = firstDifference(given, read, '');
  if (difference) throw new Error(`${path}: ${difference}`);
  const [first] = [...(read.resourceMetrics ?? []), ...(read.resourceLogs ?? [])];
  if (!first) throw new Error(`${path}: an export of nothing`);
  return {
    resource: plain(first.resource.attributes ?? []),
    metrics: (read.resourceMetrics ?? []).flatMap(({ scopeMetrics }) =>
      scopeMetrics.flatMap(({ metrics }) => metrics.map(metricOf)),
    ),
    logs: (read.resourceLogs ?? []).flatMap(({ scopeLogs }) =>
      scopeLogs.flatMap(({ logRecords }) => logRecords.map(logOf)),
    ),
  };
}

type Attributes = readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
type Of<T> = T & { readonly resource: { readonly attributes?: Attributes } };
interface Export {
  readonly resourceMetrics?: readonly Of<{
    readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[];
  }>[];
  readonly resourceLogs?: readonly Of<{
    readonly scopeLogs: readonly { readonly logRecords: readonly LogRecord[] }[];
  }>[];
}
interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: Data;
  readonly histogram?: Data;
}
interface Data {
  readonly aggregationTemporality: number;
  readonly dataPoints: readonly {
    readonly attributes?: Attributes;
    readonly asInt?: string;
    readonly count?: string;
    readonly bucketCounts?: readonly string[];
    readonly explicitBounds?: readonly number[];
  }[];
}
interface LogRecord {
  readonly eventName: string;
  readonly severityNumber: number;
  readonly timeUnixNano: string;
  readonly attributes?: Attributes;
}

function metricOf({ name, unit, sum, histogram }: Metric): ReceivedMetric {
  const data = sum ?? histogram;
  if (!data) throw new Error(`${name} is neither a sum nor a histogram`);
  const buckets = histogram?.dataPoints[0]?.explicitBounds;
  return {
    name,
    unit,
    temporality: TEMPORALITIES[data.aggregationTemporality] ?? 'unspecified',
    ...(buckets && { buckets }),
    points: data.dataPoints.map(({ attributes = [], asInt, count, bucketCounts }) => ({
      attributes: plain(attributes),
      count: Number(asInt ?? count),
      ...(bucketCounts && { bucketCounts: bucketCounts.map(Number) }),
    })),
  };
}

function logOf({ eventName, severityNumber, timeUnixNano, attributes = [] }: LogRecord): ReceivedLog {
  return {
    eventName,
    severity: severityNumber,
    at: Number(BigInt(timeUnixNano) / 1_000_000n),
    attributes: plain(attributes),
  };
}

function plain(attributes: Attributes): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

/** Where what came back is not what was given; a list without entries may be missing. */
function firstDifference(given: unknown, read: unknown, path: string): string | undefined {
  if (Array.isArray(given) && given.length === 0 && read === undefined) return undefined;
  if (typeof given !== 'object' || given === null || typeof read !== 'object' || read === null)
    return Object.is(given, read) ? undefined : `${path} is ${JSON.stringify(given)}, and no such field`;
  for (const [name, value] of Object.entries(given)) {
    const difference = firstDifference(value, Reflect.get(read, name), `${path}.${name}`);
    if (difference) return difference;
  }
  return undefined;
}
