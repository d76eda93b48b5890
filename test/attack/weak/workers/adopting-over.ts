import { keepSession } from 'session-keeper/worker';
import { RECORD } from '../../../../src/worker/session-record.js';
import { orderDeskOptions } from '../../../workers/order-desk-options.js';
import { withAdopt } from './with-adopt.js';

// A worker in which what a page hands in takes the place of the session that is there, or that ended.
keepSession({
  ...orderDeskOptions,
  adoption: withAdopt(({ session, vault }, { signOut }, adopt) => async (request) => {
    await signOut({ endSession: false });
    await vault.commit({ remove: [RECORD.end] });
    await session.reload();
    return adopt(request);
  }),
});
