import type { Attack } from './attack.js';
import { adoptedTokens, plantedSession } from './attacks/adoption.js';
import { auditReaders, auditTampering } from './attacks/audit-log.js';
import { clock, coordination } from './attacks/coordination.js';
import { echoingApi } from './attacks/echoing-api.js';
import { errorPages, proxyErrorPages } from './attacks/error-pages.js';
import { forgedEpochs } from './attacks/forged-epochs.js';
import { framedResponses } from './attacks/framed-responses.js';
import { clearedSite, hijackedSignIn } from './attacks/hijacked-sign-in.js';
import { lookalikeOrigins, redirectingApi } from './attacks/other-origins.js';
import { otherWorker, pinnedWorker } from './attacks/other-worker.js';
import { ownSignInAttack, policyReport } from './attacks/own-sign-in.js';
import { patchedGlobals } from './attacks/patched-globals.js';
import { queueFlood } from './attacks/queue-flood.js';
import { redirectChain } from './attacks/redirect-chain.js';
import { forgedRollout } from './attacks/rollout.js';
import { requestedScopes, widenedSignIn } from './attacks/scopes.js';
import { scriptBytes, scriptCache } from './attacks/script-bytes.js';
import { scriptRace } from './attacks/script-race.js';
import { plantedSeal, wipedSeal } from './attacks/seal-cookie.js';
import { falseEndings, serverEventsAttack } from './attacks/server-events.js';
import { stepUpCode, stepUpParameters, stepUpRelease } from './attacks/step-up.js';
import { storage, storedKeys } from './attacks/storage.js';
import { exportsElsewhere, telemetryAttack } from './attacks/telemetry.js';
import { vaultRecords } from './attacks/vault-records.js';
import { plantedEpoch, storedEpoch, vaultRollback } from './attacks/vault-rollback.js';
import { workerMessages } from './attacks/worker-messages.js';

/** All attacks, in the order of the table. */
export const ATTACKS: readonly Attack[] = [
  storage,
  storedKeys,
  patchedGlobals,
  workerMessages,
  scriptBytes,
  scriptCache,
  scriptRace,
  otherWorker,
  pinnedWorker,
  ownSignInAttack,
  hijackedSignIn,
  clearedSite,
  policyReport,
  errorPages,
  proxyErrorPages,
  redirectChain,
  framedResponses,
  lookalikeOrigins,
  redirectingApi,
  plantedSeal,
  wipedSeal,
  vaultRecords,
  vaultRollback,
  plantedEpoch,
  forgedEpochs,
  serverEventsAttack,
  falseEndings,
  stepUpParameters,
  stepUpCode,
  stepUpRelease,
  requestedScopes,
  widenedSignIn,
  plantedSession,
  adoptedTokens,
  auditTampering,
  auditReaders,
  forgedRollout,
  telemetryAttack,
  exportsElsewhere,
  coordination,
  clock,
  queueFlood,
  echoingApi,
  storedEpoch,
];
