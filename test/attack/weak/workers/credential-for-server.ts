import { keepSession, serverEvents } from 'session-keeper/worker';
import { orderDeskOptions } from '../../../workers/order-desk-options.js';

// A worker that adds the credential at its own script's URL too, where an API has the whole origin.
const events = serverEvents();

keepSession({
  ...orderDeskOptions,
  apis: [...orderDeskOptions.apis, { origin: location.origin, pathPrefix: '/service-worker.js' }],
  serverEvents: {
    connect: (parts) => {
      const connected = events.connect(parts);
      return {
        ...connected,
        keeper: (keeper) => ({ ...connected.keeper(keeper), fetchHandler: keeper.fetchHandler }),
      };
    },
  },
});
