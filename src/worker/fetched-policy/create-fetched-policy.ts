import { objectOf } from '../../shared/misuse.js';
import { resolveNumbers } from '../../shared/policy.js';
import { receiverUrl } from '../receiver.js';
import type { TelemetryParts, Watchable } from '../telemetry/telemetry.js';
import { Wakefulness } from '../wakefulness.js';
import { type AskDocument, askDocument } from './ask-document.js';
import type { FetchedPolicy, FetchedPolicyOptions } from './fetched-policy.js';
import { PinnedVault } from './pinned-vault.js';
import { PolicyUpdates } from './policy-updates.js';

const NUMBERS = { everyMinutes: [15, 1, 1440] } as const;

/**
 * For the option `fetchedPolicy`: asks the app's server for the policy, keeps it sealed, and goes by it from then on without ending a
 * session, as `docs/policy.md` says. Without `url` it needs the server's option `policy`. It is a function of its own so that a worker
 * without it has nothing of it to load.
 *
 * ```ts
 * keepSession({ …, fetchedPolicy: fetchedPolicy() });
 * ```
 */
export function fetchedPolicy(options: FetchedPolicyOptions = {}): FetchedPolicy {
  return {
    connect: (parts, watch) => {
      const { environment, scope } = parts;
      const { ask, everyMinutes } = checked(options, parts);
      const updates = new PolicyUpdates({ ...parts, ask, intervalMs: everyMinutes * 60_000 });
      const wakefulness = new Wakefulness(environment.setTimer, () => updates.settled());
      const watchers: { [Name in keyof Watchable]?: (part: Watchable[Name]) => Watchable[Name] } = {
        vault: (vault) => new PinnedVault(vault, updates),
        keeper: (keeper) => {
          const { hello, touch } = keeper.commands;
          updates.begin((signal) => touch(signal));
          scope.addEventListener('message', (event) => event.waitUntil(wakefulness.afterCommands()));
          return wakefulness.keeper({
            ...keeper,
            commands: {
              ...keeper.commands,
              hello: async () => {
                const told = await hello();
                updates.consider();
                return told;
              },
              touch: async (signal) => {
                const told = await touch(signal);
                updates.consider();
                return told;
              },
            },
          });
        },
      };
      return (name, part) => watchers[name]?.(watch(name, part)) ?? watch(name, part);
    },
  };
}

function checked(
  options: FetchedPolicyOptions,
  { environment, scope }: TelemetryParts,
): { readonly ask: AskDocument; readonly everyMinutes: number } {
  const name = 'fetchedPolicy';
  const { url, ...numbers }: FetchedPolicyOptions = objectOf(name, options, ['url', ...Object.keys(NUMBERS)]);
  const ask =
    url === undefined
      ? askDocument(environment, `${scope.location.pathname}?policy`, 'POST')
      : askDocument(environment, receiverUrl(`${name}.url`, url, environment.origin), 'GET');
  return { ask, ...resolveNumbers(name, NUMBERS, numbers) };
}
