import { objectOf, refuse } from '../../shared/misuse.js';
import { resolveNumbers } from '../../shared/policy.js';
import { RATE_BOUNDS } from '../../shared/policy-parts.js';
import type { Configuration } from '../options.js';
import { checkedVerification } from '../step-up/asked.js';
import { limitedCommands } from './limited-commands.js';
import { LimitedRequests } from './limited-requests.js';
import type { Limits, LimitsOptions } from './limits.js';
import { RateLimit } from './rate-limit.js';
import { RecordWatch } from './record-watch.js';
import { scrubbing } from './scrub.js';
import { UnusualUseReport } from './unusual-use-report.js';

/**
 * For the option `limits`: bounds what a script that stays in the page can do with the session, and tells of it. Nothing can
 * keep such a script from using the session while the page is open. It is a function of its own so that a worker without it
 * has nothing of it to load.
 *
 * ```ts
 * keepSession({ …, limits: limits(), policy: { rateLimits: { requestsPerMinute: 120 } } });
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
      const { policy } = configuration;
      // Read at each use: a fetched policy may have changed it.
      const rate = (name: keyof typeof RATE_BOUNDS) =>
        new RateLimit(() => policy.rateLimits?.[name] ?? numbers[name], clock);
      return {
        resource: (resource) => (scrub.length > 0 ? scrubbing(resource, scrub) : resource),
        keeper: (keeper) => ({
          ...keeper,
          commands: limitedCommands(keeper.commands, rate('commandsPerMinute'), report),
          fetchHandler: new LimitedRequests({
            handler: keeper.fetchHandler,
            fetch: environment.fetch,
            rate: rate('requestsPerMinute'),
            totalRate: rate('totalRequestsPerMinute'),
            recordWatch: new RecordWatch(session, report),
            report,
          }),
        }),
      };
    },
  };
}

function checked(options: LimitsOptions, { apis, policy, stepUp: asksPerson }: Configuration) {
  const given = objectOf('limits', options, [...Object.keys(RATE_BOUNDS), 'scrub', 'onUnusualUse', 'stepUp']);
  const { scrub = [], onUnusualUse, stepUp, ...numbers } = given as LimitsOptions;
  resolveNumbers('policy.rateLimits', RATE_BOUNDS, policy.rateLimits);
  for (const [name, value] of Object.entries(policy.rateLimits ?? {}))
    if (Reflect.get(numbers, name) !== undefined)
      refuse(`policy.rateLimits.${name}`, value, `nothing beside limits.${name}`);
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
    ...resolveNumbers('limits', RATE_BOUNDS, numbers),
  };
}
