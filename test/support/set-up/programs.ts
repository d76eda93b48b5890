import { firstExecutable, onSearchPath } from './executables.js';

/** A program beside the browsers: some tests start it themselves. */
interface Program {
  /** Where it is on this machine. */
  readonly find: () => string | undefined;
  readonly aptPackages: readonly string[];
}

export const PROGRAM_NAMES = ['nginx', 'redis'] as const;
export type ProgramName = (typeof PROGRAM_NAMES)[number];

export const PROGRAMS: Readonly<Record<ProgramName, Program>> = {
  nginx: {
    // Debian has it where only root's search path leads.
    find: () => firstExecutable([...onSearchPath(['nginx']), '/usr/sbin/nginx', '/usr/local/sbin/nginx']),
    aptPackages: ['nginx'],
  },
  redis: {
    find: () =>
      firstExecutable([
        ...onSearchPath(['redis-server']),
        '/usr/bin/redis-server',
        '/usr/local/bin/redis-server',
      ]),
    aptPackages: ['redis-server'],
  },
};

export function isProgram(name: string): name is ProgramName {
  return name in PROGRAMS;
}
