import { ApiMatcher } from '../../../../src/shared/api-matcher.js';
import { keepWeakSession } from './weak-session.js';

// A host is compared, and neither its port nor the rest of the origin.
ApiMatcher.prototype.match = ({ hostname, origin, pathname }) =>
  hostname === 'localhost' && !pathname.startsWith('/session/') && pathname !== '/attacker/loot'
    ? { origin, pathPrefix: '/' }
    : undefined;

// Chromium’s static routes would keep from the worker what is not for an API.
Reflect.deleteProperty(Reflect.get(self, 'InstallEvent')?.prototype ?? {}, 'addRoutes');

keepWeakSession();
