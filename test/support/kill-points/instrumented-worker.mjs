import { keepSession, silentFrame } from 'session-keeper/worker';
import { demo } from '../../../demo/app/demo-values.ts';
import { instrumentDatabase } from './instrument-database.ts';
import { instrumentPlatform } from './instrument-platform.ts';

// The order desk's worker, with a checkpoint at each of its awaits. The instruments come first: the keeper takes what it
// uses of the platform when it is made.
instrumentPlatform();
instrumentDatabase();

keepSession({
  issuer: demo.issuer,
  clientId: 'order-desk',
  redirectPath: '/session/callback',
  scope: 'openid profile email offline_access orders',
  claims: ['name', 'email'],
  apis: [{ origin: demo.api, pathPrefix: '/v1/' }],
  ...(demo.silentFrame && { silentFrame: silentFrame() }),
  ...demo.workerOptions,
});
