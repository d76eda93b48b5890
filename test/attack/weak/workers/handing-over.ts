import { keepSession } from 'session-keeper/worker';
import type { Handlers } from '../../../../src/worker/commands.js';
import { orderDeskOptions } from '../../../workers/order-desk-options.js';
import { withAdopt } from './with-adopt.js';

// A kill switch as one might write it: the worker that is removed hands its tokens back to the page.
const { connect } = withAdopt((_parts, _commands, adopt) => adopt);

keepSession({
  ...orderDeskOptions,
  adoption: {
    connect: (parts, keeper) => {
      const connected = connect(parts, keeper);
      const signOut: Handlers['signOut'] = async (request) => {
        await parts.session.load();
        const tokens = parts.session.stored?.value;
        return { ...(await connected.commands.signOut(request)), tokens };
      };
      return { ...connected, commands: { ...connected.commands, signOut } };
    },
  },
});
