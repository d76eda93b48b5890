import type { WorkerReport } from '../../shared/protocol.js';
import { VERSION } from '../../shared/version.js';
import type { Handlers } from '../commands.js';
import type { Keeper } from '../keeper.js';
import type { Configuration } from '../options.js';
import type { RecentEvents } from './recent-events.js';

/** Gives pages the worker's half of a report for support. */
export function reporting(
  keeper: Keeper,
  { policy, memoryVault, dpop, silentFrame, limits }: Configuration,
  { latest, counts }: RecentEvents,
  startedAt: number,
): Keeper {
  const { hello } = keeper.commands;
  const commands: Handlers & { readonly diagnose: () => Promise<WorkerReport> } = {
    ...keeper.commands,
    hello: async () => ({ ...(await hello()), diagnoses: true }),
    diagnose: async () => ({
      version: VERSION,
      startedAt,
      policy,
      options: {
        vault: memoryVault ? 'memory' : 'sealed',
        dpop,
        silentFrame: silentFrame !== undefined,
        limits: limits !== undefined,
      },
      counts: { ...counts },
      latest: [...latest],
    }),
  };
  return { ...keeper, commands };
}
