import { objectOf, refuse } from '../../shared/misuse.js';
import { resolveNumbers } from '../../shared/policy.js';
import type { Configuration } from '../options.js';
import { checkedVerification } from '../step-up/asked.js';
import { limitedCommands } from './limited-commands.js';
import { LimitedRequests } from './limited-requests.js';
import type { Limits, LimitsOptions } from './limits.js';
import { RateLimit } from './rate-limit.js';
import { RecordWatch } from './record-watch.js';
import { scrubbing } from './scrub.js';
import { UnusualUseReport } from './unusual-use-report.js';

const MOST = 1_000_000;
const NUMBERS = {
  requestsPerMinute: [600, 1, MOST],
  totalRequestsPerMinute: [3000, 1, MOST],
  commandsPerMinute: [30, 1, MOST],
} as const;

/**
 * For the option `limits`: bounds what a script that stays in the page can do with the session, and tells of it. Nothing can
 * keep such a script from using the session while the page is open. It is a function of its own so that a worker without it
 * has nothing of it to load.
 *
 * ```ts
 * keepSession({ …, limits: limits({ requestsPerMinute: 120 }) });
 * ```
 */
export function limits(options: LimitsOptions = {}): Limits {
  return {
    connect: ({ configuration, environment, session, tell, demands }) => {
      const { scrub, onUnusualUse, stepUp, ...numbers } = checked(options, configuration);
      const { clock } = environment;
      const report = new UnusualUseReport(clock, tell, onUnusualUse, (kind) => {
        configuration.auditLog?.note('unusual-use', kind);
        if (stepUp) void demands?.demand(kind, stepUp);
      });
      const perMinute = (count: number) => new RateLimit(count, clock);
      return {
        resource: (resource) => (scrub.length > 0 ? scrubbing(resource, scrub) : resource),
        keeper: (keeper) => ({
          ...keeper,
          commands: limitedCommands(keeper.commands, perMinute(numbers.commandsPerMinute), report),
          fetchHandler: new LimitedRequests({
            handler: keeper.fetchHandler,
            fetch: environment.fetch,
            rate: perMinute(numbers.requestsPerMinute),
            totalRate: perMinute(numbers.totalRequestsPerMinute),
            recordWatch: new RecordWatch(session, report),
            report,
          }),
        }),
      };
    },
  };
}

function checked(options: LimitsOptions, { apis, stepUp: asksPerson }: Configuration) {
  const given = objectOf('limits', options, [...Object.keys(NUMBERS), 'scrub', 'onUnusualUse', 'stepUp']);
  const { scrub = [], onUnusualUse, stepUp, ...numbers } = given as LimitsOptions;
  const origins = apis.map(({ origin }) => origin);
  if (!Array.isArray(scrub) || !scrub.every((origin) => origins.includes(origin)))
    refuse('limits.scrub', scrub, `a list of origins of apis: ${origins.join(', ')}`);
  if (onUnusualUse !== undefined && typeof onUnusualUse !== 'function')
    refuse('limits.onUnusualUse', onUnusualUse, 'a function');
  if (stepUp !== undefined && !asksPerson)
    refuse('limits.stepUp', stepUp, 'nothing without the option stepUp: add stepUp: stepUp()');
  return {
    scrub,
    onUnusualUse,
    stepUp: stepUp && checkedVerification('limits.stepUp', stepUp),
    ...resolveNumbers('limits', NUMBERS, numbers),
  };
}
