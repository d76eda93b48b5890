import { keepSession, serverEvents } from 'session-keeper/worker';
import { SessionKeeperError } from '../../../../src/shared/errors.js';
import { orderDeskOptions } from '../../../workers/order-desk-options.js';

// A worker that takes its channel's word for the server's.
const events = serverEvents();

keepSession({
  ...orderDeskOptions,
  serverEvents: {
    connect: (parts) => {
      const { session } = parts;
      new BroadcastChannel('session-keeper').addEventListener('message', ({ data }) => {
        const revoked = new SessionKeeperError('session_revoked', 'The session was ended elsewhere.');
        if (data?.type === 'end' && session.stored) void session.end(revoked, session.stored);
      });
      return events.connect(parts);
    },
  },
});
