import { table } from '../bench/report.js';
import { round } from '../bench/results.js';
import type { Cost } from './cost.js';
import type { Figures } from './run.js';
import type { Scenario } from './scenarios.js';

const percent = (part: number) => `${round(part * 100)} %`;
const times = (value: number, { steady }: Figures) => `${round(value / steady)} ×`;

/** One scenario's figures, the clients side by side. */
export function scenarioTable({ title }: Scenario, all: readonly Figures[]): string {
  const rows = all.map((figures) => [
    figures.client,
    round(figures.steady),
    times(figures.mean, figures),
    times(figures.peakMinute, figures),
    times(figures.peakSecond, figures),
    round(figures.perSessionHour),
    percent(figures.awaited),
    percent(figures.failed),
  ]);
  const columns = [
    'client',
    'steady mean, 1/s',
    'mean',
    'peak, a minute',
    'peak, a second',
    'token requests per session and hour',
    'a person waits for',
    'failed',
  ];
  return [`#### ${title}`, table(columns, rows), ...outageTable(all)].map((part) => `${part}\n\n`).join('');
}

function outageTable(all: readonly Figures[]): string[] {
  const rows = all.flatMap((figures) => {
    const { afterOutage: after } = figures;
    if (!after) return [];
    return [
      [
        figures.client,
        times(after.duringPeak, figures),
        times(after.lookoutsPeak, figures),
        `${after.waiting} (${round(after.waiting / figures.steady)} s of the mean)`,
        `${round(after.recovered99)} s, ${round(after.recoveredLast)} s`,
        times(after.tenMinutes, figures),
        times(after.othersPeakMinute, figures),
        `${after.drained} s`,
      ],
    ];
  });
  const columns = [
    'client',
    'token requests while it is away, peak of a minute',
    'look-outs, peak of a minute',
    'sessions whose requests wait at its end',
    '99 % of them have a token after, the last',
    'ten minutes after, mean',
    'all others, peak of a minute',
    'drained after',
  ];
  return rows.length > 0 ? [table(columns, rows)] : [];
}

export function costTable(costs: readonly Cost[]): string {
  const rows = costs.map(({ sessions, events, cpuMs, tokenRequests, bytes }) =>
    [sessions, events, cpuMs * 1000, tokenRequests, bytes / 1000].map(round),
  );
  const columns = [
    'sessions',
    'events per session and hour',
    'CPU per session and hour, µs',
    'token requests per session and hour',
    'memory at most, kB',
  ];
  return table(columns, rows);
}
