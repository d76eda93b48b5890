import { objectOf, refuse } from '../../shared/misuse.js';
import type { WorkerEvent } from '../../shared/protocol.js';
import type { TelemetryEvent } from '../../shared/telemetry-event.js';
import { tellPages } from '../announcer.js';
import type { Configuration } from '../options.js';
import { Wakefulness } from '../wakefulness.js';
import { ClockWatch } from './clock-watch.js';
import { RecentEvents } from './recent-events.js';
import { recorder } from './recorder.js';
import { reporting } from './report.js';
import type { ConnectedSink, SinkParts, Telemetry, TelemetryOptions, Watch, Watchable } from './telemetry.js';
import { watchEnvironment } from './watch-environment.js';
import { watchQueue } from './watch-queue.js';
import { watchRenewals } from './watch-renewals.js';
import { watchReplays } from './watch-replays.js';
import { watchStatus } from './watch-status.js';
import { WatchedVault } from './watch-vault.js';

/**
 * For the option `telemetry`: tells what becomes of the session, its requests and its worker, as `docs/telemetry.md` lists it. It is a
 * function of its own so that a worker without it has nothing of it to load.
 *
 * ```ts
 * keepSession({ …, telemetry: telemetry({ sinks: [(event) => console.log(event)] }) });
 * ```
 */
export function telemetry(options: TelemetryOptions = {}): Telemetry {
  return {
    connect: ({ configuration, environment, scope }) => {
      const tell = (event: WorkerEvent) => tellPages(scope.clients, event);
      const { clock } = environment;
      const { sinks, traced } = checked(options, configuration, { environment, tell });
      const recent = new RecentEvents();
      const record = recorder(clock, (event) => {
        recent.add(event);
        for (const sink of sinks) sink.take(event);
      });
      const clockWatch = new ClockWatch(clock, performance, record);
      const wakefulness = new Wakefulness(environment.setTimer, () =>
        Promise.all(sinks.map((sink) => sink.settled?.())),
      );
      const start = scope.serviceWorker?.state === 'activated' ? 'again' : 'new';

      const watchers: { [Name in keyof Watchable]: (part: Watchable[Name]) => Watchable[Name] } = {
        environment: (part) => watchEnvironment(part, traced, record),
        vault: (vault) => new WatchedVault(vault, record, configuration.policy),
        refresh: (refresh) => watchRenewals(refresh, configuration.policy, clock, record),
        requests: ({ queue, resource }) => ({
          queue: watchQueue(queue, clock, record),
          resource: watchReplays(resource, record),
        }),
        status: (status) => {
          const watched = watchStatus(status, clock, record);
          return () => {
            clockWatch.look();
            return watched();
          };
        },
        // The last of them: nothing went wrong with the options, and whoever the events go to is there.
        keeper: (keeper) => {
          scope.addEventListener('message', (event) => event.waitUntil(wakefulness.afterCommands()));
          record('worker.started', { start });
          return reporting(wakefulness.keeper(keeper), configuration, recent, clock.now());
        },
      };
      const watch: Watch = (name, part) => watchers[name](part);
      return watch;
    },
  };
}

function checked(options: TelemetryOptions, { apis }: Configuration, parts: SinkParts) {
  const given: TelemetryOptions = objectOf('telemetry', options, ['sinks', 'traceparent']);
  const { sinks = [], traceparent = [] } = given;
  const origins = apis.map(({ origin }) => origin);
  if (!Array.isArray(traceparent) || !traceparent.every((origin) => origins.includes(origin)))
    refuse('telemetry.traceparent', traceparent, `a list of origins of apis: ${origins.join(', ')}`);
  if (!Array.isArray(sinks)) refuse('telemetry.sinks', sinks, 'a list');
  return {
    traced: traceparent,
    sinks: sinks.map((sink, index) => connected(sink, `telemetry.sinks[${index}]`, parts)),
  };
}

function connected(
  sink: NonNullable<TelemetryOptions['sinks']>[number],
  name: string,
  parts: SinkParts,
): ConnectedSink {
  if (typeof sink === 'function') return { take: safely(sink) };
  return typeof sink?.connect === 'function'
    ? sink.connect(parts)
    : refuse(name, sink, 'a function, otlp() or toPages()');
}

/** What the application does with an event must not break what it is told of. */
function safely(sink: (event: TelemetryEvent) => unknown): ConnectedSink['take'] {
  return (event) => void Promise.resolve(event).then(sink).catch(console.error);
}
