import {
  type EventShape,
  type MetricShape,
  TELEMETRY_EVENTS,
  TELEMETRY_METRICS,
  type TelemetryEventName,
  type TelemetryMetricName,
} from '../../src/shared/telemetry-catalogue.js';
import { EVENT_MEANINGS, METRIC_MEANINGS } from './meanings.js';

const BEGINNING = '<!-- Made by `npm run generate` from src/shared/telemetry-catalogue.ts. -->';
const END = '<!-- End of what is made. -->';

/** `docs/telemetry.md`, with the catalogue's tables in their place. */
export function withCatalogue(former: string): string {
  const begins = former.indexOf(BEGINNING);
  const ends = former.indexOf(END);
  if (begins < 0 || ends < begins) throw new Error(`docs/telemetry.md lacks ${BEGINNING} or ${END}`);
  const made = ['', '### Events', '', ...events(), '', '### Metrics', '', ...metrics(), ''];
  return former.slice(0, begins + BEGINNING.length) + ['', ...made].join('\n') + former.slice(ends);
}

function events(): string[] {
  const rows = (Object.entries(TELEMETRY_EVENTS) as [TelemetryEventName, EventShape][]).map(
    ([name, { texts, numbers, isLogged }]) => {
      const meaning = EVENT_MEANINGS[name];
      const textMeanings: Readonly<Record<string, string>> = meaning.texts;
      const numberMeanings: Readonly<Record<string, string>> = meaning.numbers;
      const holds = [
        ...Object.entries(texts).map(
          ([text, values]) => `\`${text}\` (${listed(text, values)}): ${textMeanings[text]}`,
        ),
        ...numbers.map((number) => `\`${number}\`: ${numberMeanings[number]}`),
      ];
      return `| \`${name}\` | ${meaning.when} | ${holds.join('<br>')} | ${isLogged ? 'yes' : 'no'} |`;
    },
  );
  return ['| event | when | holds | log record |', '|---|---|---|---|', ...rows];
}

/** Codes are explained elsewhere. */
function listed(name: string, values: readonly string[]): string {
  return name === 'error'
    ? 'an [error code](errors.md), if any'
    : values.map((value) => `\`${value}\``).join(', ');
}

function metrics(): string[] {
  const rows = (Object.entries(TELEMETRY_METRICS) as [TelemetryMetricName, MetricShape][]).map(
    ([name, { from, unit, value, buckets, attributes }]) => {
      const sources = from.map((each) => `\`${each}\`${value ? ` \`${value}\`` : ''}`).join(', ');
      const keys = attributes.map(
        (each) => `\`${each === 'error' ? 'error.type' : `session_keeper.${each}`}\``,
      );
      const kind = buckets ? `histogram: ${buckets.join(', ')}` : 'sum';
      return `| \`session_keeper.${name}\` | ${kind} | \`${unit}\` | ${keys.join(', ')} | ${METRIC_MEANINGS[name]} | ${sources} |`;
    },
  );
  return [
    '| metric | kind, and a histogram’s buckets | unit (UCUM) | attributes | meaning | made of |',
    '|---|---|---|---|---|---|',
    ...rows,
  ];
}
