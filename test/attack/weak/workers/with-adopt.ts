import { type Adoption, adoption } from 'session-keeper/worker';
import type { AdoptReply } from '../../../../src/shared/protocol.js';
import type { AdoptionParts } from '../../../../src/worker/adoption/adoption.js';
import type { Handlers } from '../../../../src/worker/commands.js';

type Adopt = (request: never) => Promise<AdoptReply>;

/** The option `adoption` with another command in the place of its own. */
export function withAdopt(
  other: (parts: AdoptionParts, commands: Handlers, adopt: Adopt) => Adopt,
): Adoption {
  const { connect } = adoption({ until: '2100-01-01' });
  return {
    connect: (parts, keeper) => {
      const connected = connect(parts, keeper);
      const commands = connected.commands as Handlers & { readonly adopt: Adopt };
      return {
        ...connected,
        commands: { ...commands, adopt: other(parts, commands, commands.adopt) } as Handlers,
      };
    },
  };
}
