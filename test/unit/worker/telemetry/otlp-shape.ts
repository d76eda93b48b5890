/** A field's type; in a list: repeated. The integers of 64 bits are texts in JSON. */
type Type = string | readonly [string];

/**
 * The messages of opentelemetry-proto 1 that an export is made of, with all their fields but those that other kinds of data points and values
 * have.
 */
const MESSAGES: Readonly<Record<string, Readonly<Record<string, Type>>>> = {
  ExportMetricsServiceRequest: { resourceMetrics: ['ResourceMetrics'] },
  ResourceMetrics: { resource: 'Resource', scopeMetrics: ['ScopeMetrics'], schemaUrl: 'string' },
  ScopeMetrics: { scope: 'Scope', metrics: ['Metric'], schemaUrl: 'string' },
  Metric: { name: 'string', description: 'string', unit: 'string', sum: 'Sum', histogram: 'Histogram' },
  Sum: { dataPoints: ['NumberDataPoint'], aggregationTemporality: 'enum', isMonotonic: 'bool' },
  Histogram: { dataPoints: ['HistogramDataPoint'], aggregationTemporality: 'enum' },
  NumberDataPoint: {
    attributes: ['KeyValue'],
    startTimeUnixNano: 'int64',
    timeUnixNano: 'int64',
    asInt: 'int64',
    asDouble: 'double',
    flags: 'enum',
  },
  HistogramDataPoint: {
    attributes: ['KeyValue'],
    startTimeUnixNano: 'int64',
    timeUnixNano: 'int64',
    count: 'int64',
    sum: 'double',
    bucketCounts: ['int64'],
    explicitBounds: ['double'],
    flags: 'enum',
    min: 'double',
    max: 'double',
  },
  ExportLogsServiceRequest: { resourceLogs: ['ResourceLogs'] },
  ResourceLogs: { resource: 'Resource', scopeLogs: ['ScopeLogs'], schemaUrl: 'string' },
  ScopeLogs: { scope: 'Scope', logRecords: ['LogRecord'], schemaUrl: 'string' },
  LogRecord: {
    timeUnixNano: 'int64',
    observedTimeUnixNano: 'int64',
    severityNumber: 'enum',
    severityText: 'string',
    body: 'AnyValue',
    attributes: ['KeyValue'],
    droppedAttributesCount: 'enum',
    flags: 'enum',
    traceId: 'string',
    spanId: 'string',
    eventName: 'string',
  },
  Resource: { attributes: ['KeyValue'], droppedAttributesCount: 'enum' },
  Scope: { name: 'string', version: 'string', attributes: ['KeyValue'], droppedAttributesCount: 'enum' },
  KeyValue: { key: 'string', value: 'AnyValue' },
  AnyValue: { stringValue: 'string', boolValue: 'bool', intValue: 'int64', doubleValue: 'double' },
};

const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  double: (value) => typeof value === 'number' && Number.isFinite(value),
  enum: (value) => Number.isInteger(value),
  int64: (value) => typeof value === 'string' && /^\d{1,19}$/.test(value),
};

/** What is wrong with a message in the JSON form of OTLP; empty when nothing is. */
export function faultsOf(
  message: 'ExportMetricsServiceRequest' | 'ExportLogsServiceRequest',
  value: unknown,
): string[] {
  return faults(message, value, '');
}

function faults(type: Type, value: unknown, path: string): string[] {
  if (typeof type !== 'string') {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((each, index) => faults(type[0], each, `${path}[${index}]`));
  }
  const isScalar = SCALARS[type];
  if (isScalar) return isScalar(value) ? [] : [`${path} is no ${type}: ${JSON.stringify(value)}`];
  if (typeof value !== 'object' || value === null) return [`${path} is no ${type}`];
  return Object.entries(value).flatMap(([name, each]) => {
    const field = MESSAGES[type]?.[name];
    return field ? faults(field, each, `${path}.${name}`) : [`${type} has no ${name}`];
  });
}
