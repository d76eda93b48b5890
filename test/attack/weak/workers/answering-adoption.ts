import { keepSession } from 'session-keeper/worker';
import { orderDeskOptions } from '../../../workers/order-desk-options.js';
import { withAdopt } from './with-adopt.js';

// A worker that answers an adoption with the session that came of it.
keepSession({
  ...orderDeskOptions,
  adoption: withAdopt(({ session }, _commands, adopt) => async (request) => {
    const reply = await adopt(request);
    return { ...reply, session: session.stored?.value };
  }),
});
