import type { Check } from '../check.js';
import { authorizationServerChecks } from './authorization-server.js';
import { originChecks } from './origin.js';
import { otherWorkerChecks } from './other-workers.js';
import { redirectPathChecks } from './redirect-path.js';
import { responseChecks } from './responses.js';
import { sealCookieChecks } from './seal-cookie.js';
import { workerScriptChecks } from './worker-script.js';

/** Every check, in the order of the report. */
export const ALL_CHECKS: readonly Check[] = [
  ...originChecks,
  ...sealCookieChecks,
  ...workerScriptChecks,
  ...otherWorkerChecks,
  ...redirectPathChecks,
  ...responseChecks,
  ...authorizationServerChecks,
];
