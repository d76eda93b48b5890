import { keepSession } from 'session-keeper/worker';
import { demo } from '../../../../demo/app/demo-values.js';
import { orderDeskOptions } from '../../../workers/order-desk-options.js';

/** The order desk's session in a worker that was weakened before. */
export function keepWeakSession(): void {
  keepSession({
    ...orderDeskOptions,
    apis: [
      { origin: demo.api, pathPrefix: '/v1/' },
      { origin: location.origin, pathPrefix: '/api/' },
    ],
    ...demo.workerOptions,
  });
}
