import { keepSession, stepUp } from 'session-keeper/worker';
import { RequestQueue } from '../../../../src/worker/request-queue.js';
import { orderDeskOptions } from '../../../workers/order-desk-options.js';

// A worker to which any later credential is as good as a verified one.
const { park } = RequestQueue.prototype;

RequestQueue.prototype.park = function ({ after, ...request }) {
  return park.call(this, {
    ...request,
    ...(after && Number.isFinite(after.generation) && { after }),
  });
};

keepSession({ ...orderDeskOptions, stepUp: stepUp() });
