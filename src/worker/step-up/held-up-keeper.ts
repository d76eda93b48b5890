import type { Policy } from '../../shared/policy.js';
import { isUse } from '../is-use.js';
import type { Keeper } from '../keeper.js';
import type { Session } from '../session.js';
import type { Demands } from './demands.js';
import type { ConnectedRules } from './step-up.js';

interface Parts {
  readonly policy: Policy;
  readonly session: Session;
  readonly demands: Demands;
  readonly rules: ConnectedRules | undefined;
  readonly fetch: typeof fetch;
  /** Says in the status that the session is held up. */
  readonly tell: () => void;
}

/**
 * The worker's commands and requests, seen for what a rule has to know. A page that begins and a person's input are use; requests by
 * themselves and timers are none, so that polling asks nobody anything, nor is a page that comes back, unless the policy says so.
 */
export function heldUpKeeper(
  keeper: Keeper,
  { policy, session, demands, rules, fetch, tell }: Parts,
): Keeper {
  const { commands, fetchHandler } = keeper;
  /** What is being found out of a use. A request of the same moment waits for it. */
  let finding: Promise<boolean> | undefined;
  /** @returns whether the use may count as the latest */
  const used = () => {
    const found = find().finally(() => {
      if (finding === found) finding = undefined;
    });
    finding = found;
    return found;
  };
  const find = async () => {
    await session.load();
    await demands.load();
    // A limit that has come ends the session, and nobody is asked anything.
    if (!(await session.enforceLimits().catch(() => false))) return true;
    await rules?.used();
    return demands.open ? demands.write() : true;
  };
  return {
    ...keeper,
    commands: {
      ...commands,
      hello: async () => {
        await used();
        if (demands.open) tell();
        void rules?.look(false);
        return commands.hello();
      },
      touch: async (signal) => {
        const counts = !isUse(policy, signal) || (await used());
        if (signal === 'wake') void rules?.look(true);
        // Else the next worker would find no absence where this one could not write down what it asks for.
        return commands.touch(counts ? signal : 'ping');
      },
    },
    fetchHandler: {
      route: (request) => fetchHandler.route(request),
      answer: async (route, arrival) => {
        if (route.kind !== 'api') return fetchHandler.answer(route, arrival);
        if (rules) arrival.waitUntil(rules.look(false));
        if (finding) await finding;
        if (arrival.request.mode === 'navigate') {
          await session.load();
          const isKnown = await demands.load();
          // It never gets an answer of the worker's own, so it goes as the page made it.
          if (!isKnown || demands.open) return fetch(arrival.request);
        }
        return fetchHandler.answer(route, arrival);
      },
    },
  };
}
