import { SessionKeeperError } from '../../shared/errors.js';
import type { CommandName, Commands, Reply } from '../../shared/protocol.js';
import { toWire } from '../wire-error.js';
import type { RateLimit } from './rate-limit.js';
import type { UnusualUseReport } from './unusual-use-report.js';

/** A sign-out is never refused: nobody must be kept from it. */
export function limitedCommands(commands: Commands, rate: RateLimit, report: UnusualUseReport): Commands {
  const limited = async <T>(name: CommandName, call: () => Promise<Reply<T>>): Promise<Reply<T>> => {
    if (rate.waitMs(name) === 0) return call();
    const message = `${name} is called more often than limits.commandsPerMinute allows.`;
    report.add('commands', message);
    return {
      ok: false,
      error: toWire(new SessionKeeperError('command_rate_limited', message, { retryable: true })),
    };
  };
  return {
    ...commands,
    signIn: (request) => limited('signIn', () => commands.signIn(request)),
    renew: () => limited('renew', () => commands.renew()),
  };
}
