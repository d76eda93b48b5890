import { readAuditLog } from '../../src/audit.js';
import { registerSessionKeeper } from '../../src/index.js';
import { diagnose, onTelemetry } from '../../src/telemetry.js';

// For tests of the registration itself, which ask for the page with `?manual`.
Object.assign(globalThis, { registerSessionKeeper, diagnose, onTelemetry, readAuditLog });

if (location.search !== '?manual') await registerSessionKeeper({ worker: '/service-worker.js' });
