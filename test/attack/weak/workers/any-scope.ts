import { SEAL_GLOBAL } from '../../../../src/shared/seal-format.js';
import { keepWeakSession } from './weak-session.js';

declare const self: ServiceWorkerGlobalScope;

// A worker that keeps the session wherever it is registered.
const seal: { scope: string } = Reflect.get(self, SEAL_GLOBAL);
seal.scope = new URL(self.registration.scope).pathname;

keepWeakSession();
