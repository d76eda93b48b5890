import { ApiMatcher } from '../../../../src/shared/api-matcher.js';
import { keepWeakSession } from './weak-session.js';

// A host is compared, and neither its port nor the rest of the origin.
ApiMatcher.prototype.match = ({ hostname, origin, pathname }) =>
  hostname === 'localhost' && !pathname.startsWith('/session/') && pathname !== '/attacker/loot'
    ? { origin, pathPrefix: '/' }
    : undefined;

keepWeakSession();
