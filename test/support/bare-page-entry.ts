import { registerSessionKeeper } from '../../src/index.js';

// For tests of the registration itself, which ask for the page with `?manual`.
Object.assign(globalThis, { registerSessionKeeper });

if (location.search !== '?manual') await registerSessionKeeper({ worker: '/service-worker.js' });
