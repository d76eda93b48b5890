import { registerSessionKeeper } from '../../../src/index.js';
import type { StartApp } from './compared-app.js';

export const start: StartApp = async () => {
  const session = await registerSessionKeeper({ worker: '/service-worker.js' });
  return {
    signIn: () => session.signIn(),
    resume: async () => session.status.phase === 'active',
    call: (url) => fetch(url),
    ask: async () => ({ ...session, status: session.status }),
  };
};
