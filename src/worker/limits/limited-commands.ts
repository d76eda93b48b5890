import { SessionKeeperError } from '../../shared/errors.js';
import type { CommandName } from '../../shared/protocol.js';
import type { Handlers } from '../commands.js';
import type { RateLimit } from './rate-limit.js';
import type { UnusualUseReport } from './unusual-use-report.js';

/** A sign-out is never refused: nobody must be kept from it. */
export function limitedCommands(commands: Handlers, rate: RateLimit, report: UnusualUseReport): Handlers {
  const limited = async <T>(name: CommandName, call: () => Promise<T>): Promise<T> => {
    if (rate.waitMs(name) === 0) return call();
    const message = `${name} is called more often than commandsPerMinute allows.`;
    report.add('commands', message);
    throw new SessionKeeperError('command_rate_limited', message, { retryable: true });
  };
  return {
    ...commands,
    signIn: (request) => limited('signIn', () => commands.signIn(request)),
    renew: () => limited('renew', () => commands.renew()),
  };
}
