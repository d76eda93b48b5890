import { isObject, objectOf, refuse } from '../../shared/misuse.js';
import { resolveNumbers } from '../../shared/policy.js';
import { receiverUrl } from '../receiver.js';

/** Where events are sent, and as whose. */
export interface OtlpOptions {
  /**
   * The receiver's base URL, to which `/v1/metrics` and `/v1/logs` are added: https, http on localhost, or a path of this origin. The
   * server's option `workerOrigins` has to name its origin, and it has to allow this origin (CORS).
   */
  readonly url: string;
  /** `service.name` of OpenTelemetry's resource: the application. */
  readonly serviceName: string;
  /** `service.version`. Default none. */
  readonly serviceVersion?: string;
  /** Further attributes of the resource, like `{ 'deployment.environment.name': 'production' }`. Default none. */
  readonly resource?: Readonly<Record<string, string>>;
  /** Headers of each export. Whoever has this browser can read them: no secret is worth putting here. Default none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent: metrics, and a log record for each event of the session. Default both. */
  readonly signals?: readonly ('metrics' | 'logs')[];
  /** How long an event waits for others to go with it. 0–20, default 5: browsers stop a worker that had no event for half a minute. */
  readonly delaySeconds?: number;
  /** Log records that are kept until they are sent; the newest ones are dropped, and counted. 1–10000, default 512. */
  readonly maxRecords?: number;
  /** How long an export may take. 1–30, default 10. */
  readonly timeoutSeconds?: number;
}

/** The same, checked and with every default filled in. */
export interface OtlpSettings extends Required<Omit<OtlpOptions, 'url' | 'serviceVersion' | 'resource'>> {
  readonly url: string;
  readonly resource: Readonly<Record<string, string>>;
}

const NUMBERS = {
  delaySeconds: [5, 0, 20],
  maxRecords: [512, 1, 10_000],
  timeoutSeconds: [10, 1, 30],
} as const;
const SIGNALS = ['metrics', 'logs'] as const;
const NAMES = [
  'url',
  'serviceName',
  'serviceVersion',
  'resource',
  'headers',
  'signals',
  ...Object.keys(NUMBERS),
];
/** What this export says of itself. */
const RESERVED = ['service.name', 'service.version', 'service.instance.id'];

/** @throws TypeError naming the option, the value and what is allowed */
export function resolveOtlp(options: OtlpOptions, origin: string): OtlpSettings {
  const given = objectOf('otlp', options, NAMES) as unknown as OtlpOptions;
  const { url, serviceName, serviceVersion, resource, headers, signals = SIGNALS, ...numbers } = given;
  if (!Array.isArray(signals) || !signals.length || !signals.every((each) => SIGNALS.includes(each)))
    refuse('otlp.signals', signals, "a list of 'metrics' and 'logs'");
  const named = {
    'service.name': serviceName,
    ...(serviceVersion !== undefined && { 'service.version': serviceVersion }),
  };
  for (const name of RESERVED)
    if (isObject(resource) && name in resource)
      refuse(`otlp.resource.${name}`, resource[name], 'nothing: serviceName and serviceVersion say it');
  return {
    url: receiverUrl('otlp.url', url, origin),
    serviceName: texts('otlp', { serviceName }).serviceName ?? '',
    resource: { ...texts('otlp.resource', resource), ...texts('otlp', named) },
    headers: texts('otlp.headers', headers),
    signals,
    ...resolveNumbers('otlp', NUMBERS, numbers),
  };
}

function texts(name: string, value: unknown = {}): Readonly<Record<string, string>> {
  if (!isObject(value)) return refuse(name, value, 'an object of texts');
  for (const [each, text] of Object.entries(value))
    if (typeof text !== 'string' || !text.trim()) refuse(`${name}.${each}`, text, 'a non-empty string');
  return value as Record<string, string>;
}
