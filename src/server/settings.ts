import { checkPolicyDocument, type PolicyDocument } from '../shared/policy-document.js';
import { planOf } from '../shared/rollout.js';
import { checkIssuer, checkOrigin, checkOrigins, checkPath, misuse } from './check-options.js';
import type { SessionEvents } from './events/session-events.js';
import { createNetworkMarks, type NetworkMarks } from './network-marks.js';
import type { SessionKeeperServerOptions } from './options.js';
import { pagePolicy, serializePolicy } from './page-policy.js';
import { isRedirectPath, signInLostLocation } from './redirect-sink.js';
import { createSealDeriver, type SealDeriver } from './seal-keys.js';
import { sealedWorkerHeaders, workerPolicy } from './sealed-worker.js';
import { securityHeaders } from './security-headers.js';

/** The options, checked and worked out once. */
export interface ServerSettings {
  readonly deriveSeal: SealDeriver;
  readonly readWorkerScript: () => string | Promise<string>;
  readonly workerPath: string;
  /** The path that the worker is registered for. */
  readonly scope: string;
  readonly redirectPath: string;
  readonly signInLost: string;
  readonly origin?: URL;
  readonly events?: SessionEvents;
  /** Rejects with a `TypeError` that names what is wrong with it. */
  readonly readPolicy?: () => Promise<PolicyDocument>;
  readonly networkMarks?: NetworkMarks;
  /** For every response but the sealed script. */
  readonly pageHeaders: Headers;
  /** For the one page that the app's former token handling frames. */
  readonly formerCallback?: { readonly path: string; readonly headers: Headers };
  readonly workerHeaders: Headers;
}

export function readSettings(options: SessionKeeperServerOptions): ServerSettings {
  const { workerScript } = options;
  if (typeof workerScript !== 'string' && typeof workerScript !== 'function') {
    throw misuse('workerScript', typeof workerScript, "the script's text, or a function that returns it");
  }
  const origin = options.origin === undefined ? undefined : checkOrigin('origin', options.origin);
  const { events, policy } = options;
  if (events !== undefined && typeof events?.listen !== 'function')
    throw misuse('events', events, 'what createSessionEvents returns, or nothing');
  const { network } = options;
  const deriveSeal = createSealDeriver(options.keys);
  return {
    deriveSeal,
    readWorkerScript: typeof workerScript === 'string' ? () => workerScript : workerScript,
    ...readPaths(options),
    ...readPolicies(options, origin),
    ...(origin === undefined ? {} : { origin: new URL(origin) }),
    ...(events && { events }),
    ...(policy && { readPolicy: readPolicy(policy) }),
    ...(network !== undefined && { networkMarks: createNetworkMarks(network, options.keys, deriveSeal) }),
  };
}

function readPolicy(
  policy: NonNullable<SessionKeeperServerOptions['policy']>,
): NonNullable<ServerSettings['readPolicy']> {
  if (typeof policy !== 'function') {
    const checked = documentOf(policy);
    return async () => checked;
  }
  return async () => documentOf(await policy());
}

function documentOf(given: unknown): PolicyDocument {
  const { version, policy } = checkPolicyDocument(given);
  const { rollout } = given as Partial<PolicyDocument>;
  if (rollout !== undefined) planOf(rollout);
  return { version, policy, ...(rollout && { rollout }) };
}

function readPaths(options: SessionKeeperServerOptions) {
  const { workerPath = '/service-worker.js', signInLostPath = '/' } = options;
  const redirectPath = checkPath('redirectPath', options.redirectPath);
  if (redirectPath.endsWith('/'))
    throw misuse('redirectPath', redirectPath, 'a path that does not end in "/"');
  for (const [option, path] of Object.entries({ workerPath, signInLostPath })) {
    if (isRedirectPath(checkPath(option, path), redirectPath)) {
      throw misuse(option, path, `a path that is not ${redirectPath} nor below it`);
    }
  }
  const folder = workerPath.slice(0, workerPath.lastIndexOf('/') + 1);
  const scope = options.scope === undefined ? folder : checkPath('scope', options.scope);
  return { workerPath, redirectPath, scope, signInLost: signInLostLocation(signInLostPath) };
}

function readPolicies(options: SessionKeeperServerOptions, origin: string | undefined) {
  const apis = checkOrigins('apis', options.apis);
  const endpoints = checkOrigins('authorizationServerOrigins', options.authorizationServerOrigins);
  const authorizationServers = [checkIssuer(options.issuer), ...endpoints];
  const workerOrigins = checkOrigins('workerOrigins', options.workerOrigins);
  const own = apis.find((api) => authorizationServers.includes(api));
  if (own !== undefined) throw misuse('apis', own, 'origins that are not the authorization server');
  if (origin !== undefined && authorizationServers.includes(origin)) {
    throw misuse('origin', origin, "an origin of the app's own, apart from the authorization server");
  }
  const { silentFrame = false, redirectPath } = options;
  if (typeof silentFrame !== 'boolean') throw misuse('silentFrame', silentFrame, 'true or false');
  if (silentFrame && origin === undefined)
    throw misuse('silentFrame', silentFrame, 'false, or true together with the option "origin"');
  const formerPath = readFormerWay(options, origin);
  const page = pagePolicy({
    apis,
    authorizationServers,
    ...(origin === undefined ? {} : { origin }),
    ...(formerPath === undefined ? {} : { formerCallback: `${origin}${formerPath}` }),
    // The redirect path and no other: a frame of anything else of this origin would be a place to work in.
    ...(silentFrame ? { silentFrame: [...authorizationServers, `${origin}${redirectPath}`] } : {}),
    ...(options.contentSecurityPolicy === undefined ? {} : { replacements: options.contentSecurityPolicy }),
  });
  const framed = securityHeaders(serializePolicy({ ...page, 'frame-ancestors': ["'self'"] }));
  const worker = workerPolicy([...authorizationServers, ...apis, ...workerOrigins]);
  return {
    pageHeaders: securityHeaders(serializePolicy(page)),
    ...(formerPath !== undefined && { formerCallback: { path: formerPath, headers: framed } }),
    workerHeaders: sealedWorkerHeaders(worker, options.scope),
  };
}

function readFormerWay(
  { formerWay, redirectPath }: SessionKeeperServerOptions,
  origin: string | undefined,
): string | undefined {
  if (formerWay === undefined) return undefined;
  if (typeof formerWay !== 'object' || formerWay === null)
    throw misuse('formerWay', formerWay, 'an object with callbackPath, or nothing');
  if (origin === undefined) throw misuse('formerWay', formerWay, 'nothing without the option "origin"');
  const path = checkPath('formerWay.callbackPath', formerWay.callbackPath);
  if (isRedirectPath(path, redirectPath))
    throw misuse('formerWay.callbackPath', path, `a path that is not ${redirectPath} nor below it`);
  return path;
}
