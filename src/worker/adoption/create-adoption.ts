import { objectOf, refuse } from '../../shared/misuse.js';
import { momentOf } from '../../shared/moment.js';
import type { AdoptReply, AdoptRequest } from '../../shared/protocol.js';
import type { Handlers } from '../commands.js';
import type { Configuration } from '../options.js';
import { mayRenew } from '../renewal-schedule.js';
import type { Adoption, AdoptionOptions } from './adoption.js';
import { Adoptions } from './adoptions.js';

/**
 * For the option `adoption`: lets a page hand in the session of another library, until a date. It is a function of its own so that a
 * worker without it takes no token of a page at all, and has nothing of it to load.
 *
 * ```ts
 * keepSession({ …, adoption: adoption({ until: '2027-03-01' }) });
 * ```
 */
export function adoption(options: AdoptionOptions): Adoption {
  return {
    connect: (parts, keeper) => {
      const adoptions = new Adoptions(parts, untilOf(options, parts.configuration));
      const { hello, signOut } = keeper.commands;
      const commands: Handlers & { readonly adopt: (request: AdoptRequest) => Promise<AdoptReply> } = {
        ...keeper.commands,
        hello: async () => ({ ...(await hello()), adopts: true }),
        adopt: (request) => adoptions.adopt(request),
        // Nothing that was begun before a sign-out comes of it afterwards.
        signOut: async (request) => {
          await adoptions.abandon();
          return signOut(request).finally(() => adoptions.abandon());
        },
      };
      return { ...keeper, commands };
    },
  };
}

function untilOf(options: AdoptionOptions, { scope, policy }: Configuration): number {
  const { until } = objectOf('adoption', options, ['until']);
  const moment = momentOf('adoption.until', until);
  // Without an ID token nobody knows whose session it is.
  if (!scope.split(' ').includes('openid')) refuse('adoption', 'present', 'none without the scope openid');
  // Another library's session is taken over by its refresh token.
  if (!mayRenew(policy))
    refuse('policy.grantTypes', policy.grantTypes, 'a list with refresh_token, by the option adoption');
  return moment;
}
