import { objectOf, refuse } from '../../shared/misuse.js';
import { resolveNumbers } from '../../shared/policy.js';
import type { Verification } from '../../shared/session-status.js';
import type { Configuration } from '../options.js';
import { DemandedStepUp } from './demanded-step-up.js';
import { limitedCommands } from './limited-commands.js';
import { LimitedRequests } from './limited-requests.js';
import type { Limits, LimitsOptions } from './limits.js';
import { RateLimit } from './rate-limit.js';
import { RecordWatch } from './record-watch.js';
import { scrubbing } from './scrub.js';
import { UnusualUseReport } from './unusual-use-report.js';

const MOST = 1_000_000;
const ACR_VALUES = 'a list of texts without spaces and quotes, 1000 characters together';
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
    connect: ({ configuration, environment, session, tell }) => {
      const { scrub, onUnusualUse, stepUp, ...numbers } = checked(options, configuration);
      const { clock } = environment;
      const demanded = stepUp && new DemandedStepUp(stepUp, session);
      const report = new UnusualUseReport(clock, tell, onUnusualUse, (kind) => {
        configuration.auditLog?.note('unusual-use', kind);
        demanded?.demand();
      });
      const perMinute = (count: number) => new RateLimit(count, clock);
      return {
        resource: (resource) => {
          const scrubbed = scrub.length > 0 ? scrubbing(resource, scrub) : resource;
          return demanded?.resource(scrubbed) ?? scrubbed;
        },
        keeper: (keeper) => ({
          ...keeper,
          commands: limitedCommands(keeper.commands, perMinute(numbers.commandsPerMinute), report),
          fetchHandler: new LimitedRequests({
            handler: keeper.fetchHandler,
            fetch: environment.fetch,
            rate: perMinute(numbers.requestsPerMinute),
            totalRate: perMinute(numbers.totalRequestsPerMinute),
            recordWatch: new RecordWatch(session, report),
            isHeldUp: () => demanded?.isOpen === true,
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
    stepUp: stepUp && verification(stepUp),
    ...resolveNumbers('limits', NUMBERS, numbers),
  };
}

function verification(value: Verification): Verification {
  const given = objectOf('limits.stepUp', value, ['acrValues', 'maxAgeSeconds']);
  const { acrValues, maxAgeSeconds }: Verification = given;
  if (acrValues === undefined && maxAgeSeconds === undefined)
    refuse('limits.stepUp', value, 'an object with acrValues or maxAgeSeconds');
  if (maxAgeSeconds !== undefined && !(Number.isSafeInteger(maxAgeSeconds) && maxAgeSeconds >= 0))
    refuse('limits.stepUp.maxAgeSeconds', maxAgeSeconds, 'a whole number of at least 0');
  if (acrValues !== undefined && !isAcrValues(acrValues))
    refuse('limits.stepUp.acrValues', acrValues, ACR_VALUES);
  return value;
}

function isAcrValues(values: readonly string[]): boolean {
  return (
    Array.isArray(values) &&
    values.length > 0 &&
    values.join(' ').length <= 1000 &&
    values.every((value) => typeof value === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value))
  );
}
