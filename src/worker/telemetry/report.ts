import type { DiagnosingCommands } from '../../shared/protocol.js';
import { VERSION } from '../../shared/version.js';
import { replied } from '../commands.js';
import type { Keeper } from '../keeper.js';
import type { Configuration } from '../options.js';
import type { RecentEvents } from './recent-events.js';

/** Gives pages the worker's half of a report for support. */
export function reporting(
  keeper: Keeper,
  { policy, vault, dpop, silentFrame, limits }: Configuration,
  { latest, counts }: RecentEvents,
  startedAt: number,
): Keeper {
  const { hello } = keeper.commands;
  const commands: DiagnosingCommands = {
    ...keeper.commands,
    hello: async () => {
      const reply = await hello();
      return reply.ok ? { ok: true, value: { ...reply.value, diagnoses: true } } : reply;
    },
    diagnose: () =>
      replied(async () => ({
        version: VERSION,
        startedAt,
        policy,
        options: { vault, dpop, silentFrame: silentFrame !== undefined, limits: limits !== undefined },
        counts: { ...counts },
        latest: [...latest],
      })),
  };
  return { ...keeper, commands };
}
