import type { Api } from '../shared/api-matcher.js';
import { isObject, objectOf, refuse } from '../shared/misuse.js';
import { POLICY_BOUNDS, type PolicyInForce, type PolicyInput, resolvePolicy } from '../shared/policy.js';
import type { Adoption } from './adoption/adoption.js';
import type { AuditLog } from './audit/audit-log.js';
import type { FetchedPolicy } from './fetched-policy/fetched-policy.js';
import type { Limits } from './limits/limits.js';
import type { SilentFrame } from './recovery.js';
import type { Scopes } from './scopes/scopes.js';
import type { ServerEvents } from './server-events/server-events.js';
import type { StepUp } from './step-up/step-up.js';
import type { Telemetry } from './telemetry/telemetry.js';
import type { MemoryVaultOption } from './vault/memory-vault.js';

/** One API whose requests get the session's credential. */
export interface ApiRule {
  /** Its origin, like `https://api.example.com`. */
  readonly origin: string;
  /** Only paths below this one, by whole segments: `/v1` matches `/v1` and `/v1/orders`, not `/v1beta`. Default `/`. */
  readonly pathPrefix?: string;
  /** Only requests with one of these methods, in capitals, like `['GET', 'POST']`; others go without the credential. Default all. */
  readonly methods?: readonly string[];
}

/** The worker's configuration. It is code in the worker's own file; a page cannot change it. */
export interface SessionKeeperOptions {
  /** The authorization server's issuer identifier (RFC 8414 §2, OpenID Connect Discovery). */
  readonly issuer: string;
  /** This application's client id: a public client (RFC 6749 §2.1). */
  readonly clientId: string;
  /** A path of this origin, registered as redirect URI, that is never a page. */
  readonly redirectPath: string;
  /** The requests that are the session's. At least one. */
  readonly apis: readonly ApiRule[];
  /** Space-separated scopes. Default `openid offline_access`. */
  readonly scope?: string;
  /** Resource indicator (RFC 8707) sent with authorization and token requests. */
  readonly resource?: string;
  /**
   * How the code comes back. `form_post` (the default) keeps it out of every URL; `query` is the weaker choice for
   * authorization servers without it.
   */
  readonly responseMode?: 'form_post' | 'query';
  /** Claims of the ID token that pages may see in `status.user`. Default none. */
  readonly claims?: readonly string[];
  /** Further parameters of the authorization request, like `{ prompt: 'consent' }`. */
  readonly authorizationParameters?: Readonly<Record<string, string>>;
  /** Where the authorization server sends the window after its own sign-out; registered there. Default `/`. */
  readonly postLogoutPath?: string;
  /**
   * Keeps tokens in the worker's memory, where no server can seal the worker's script: `memoryVault()`, imported from here. Default
   * none: they rest sealed in the browser's database, which needs `session-keeper/server` and survives the worker's death.
   */
  readonly memoryVault?: MemoryVaultOption;
  /**
   * Lets a session come back by itself whose renewal was lost (`rotation_lost`), or refused for its scopes, through the authorization server's own sign-in and
   * a hidden frame (`prompt=none`): `silentFrame()`, imported from here. Default none. Only where the authorization server restricts this client to
   * `form_post`: see `docs/authorization-server.md`. Needs `responseMode: 'form_post'`, the scope `openid`, and the same
   * option of `session-keeper/server`.
   */
  readonly silentFrame?: SilentFrame;
  /**
   * Tokens bound to a key of this worker (RFC 9449). `preferred` (the default): where the authorization server announces it;
   * `required`: sign-in fails without; `off`: never.
   */
  readonly dpop?: 'required' | 'preferred' | 'off';
  /**
   * Bounds for a script that stays in the page, and word of it: `limits()`, imported from here. Default none; see
   * {@link LimitsOptions}.
   */
  readonly limits?: Limits;
  /**
   * What becomes of the session, told in events and metrics: `telemetry()`, imported from here. Default none; see
   * {@link TelemetryOptions}.
   */
  readonly telemetry?: Telemetry;
  /**
   * Writes down what becomes of the session, sealed and chained: `auditLog()`, imported from here. Default none; see
   * {@link AuditLogOptions}.
   */
  readonly auditLog?: AuditLog;
  /**
   * Lets a request go on that an API refused until the person is verified more strongly or anew (RFC 9470): `stepUp()`, imported
   * from here. Default none: the API's answer reaches the page. Needs the scope `openid`.
   */
  readonly stepUp?: StepUp;
  /**
   * Goes on with fewer scopes (`policy.limitedScope`), answers requests that need others with `insufficient_scope`, and lets a page ask for
   * them (`session.request`): `scopes()`, imported from here. Default none: a renewal that is refused for its scopes ends the session, the
   * API's own answer reaches the page, and a sign-in asks for `scope` alone. See {@link ScopesOptions}.
   */
  readonly scopes?: Scopes;
  /**
   * Listens to the app's server while a page is open, so that a session that is ended elsewhere ends here within a second, and lets a page
   * sign out everywhere: `serverEvents()`, imported from here. Default none. Needs the option `events` of
   * `session-keeper/server`.
   */
  readonly serverEvents?: ServerEvents;
  /**
   * Lets a page hand in the session of another library, until a date: `adoption()`, imported from here. Default none: no token of a
   * page is taken. Needs the scope `openid`; see {@link AdoptionOptions}.
   */
  readonly adoption?: Adoption;
  /** Limits and times; see {@link PolicyInput}. */
  readonly policy?: PolicyInput;
  /**
   * Fetches the policy from the app's server, and goes by it without ending a session: `fetchedPolicy()`, imported from here. `policy` then
   * holds until the first one has come. Default none; see {@link FetchedPolicyOptions}.
   */
  readonly fetchedPolicy?: FetchedPolicy;
}

/** The same, checked and with every default filled in. */
export interface Configuration {
  readonly issuer: URL;
  readonly clientId: string;
  readonly redirectUri: URL;
  readonly postLogoutUri: URL;
  readonly scope: string;
  readonly resource: string | undefined;
  readonly responseMode: 'form_post' | 'query';
  readonly claims: readonly string[];
  readonly authorizationParameters: Readonly<Record<string, string>>;
  readonly apis: readonly Api[];
  readonly memoryVault: MemoryVaultOption | undefined;
  readonly silentFrame: SilentFrame | undefined;
  readonly limits: Limits | undefined;
  readonly telemetry: Telemetry | undefined;
  readonly auditLog: AuditLog | undefined;
  readonly stepUp: StepUp | undefined;
  readonly scopes: Scopes | undefined;
  readonly serverEvents: ServerEvents | undefined;
  readonly adoption: Adoption | undefined;
  readonly dpop: 'required' | 'preferred' | 'off';
  readonly policy: PolicyInForce;
  readonly fetchedPolicy: FetchedPolicy | undefined;
}

/** The worker sets these itself; a configuration that set them would undo a protection. */
const RESERVED_PARAMETERS = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'request',
  'request_uri',
  'resource',
];

const API_OPTIONS = ['origin', 'pathPrefix', 'methods'];

/** How each option is checked, and what becomes of it. */
const CHECKS = {
  issuer: issuerUrl,
  clientId: text,
  redirectPath: redirectUri,
  apis: apiRules,
  scope: (value = 'openid offline_access', name) => text(value, name),
  resource: (value, name) => (value === undefined ? undefined : text(value, name)),
  responseMode: oneOf('form_post', 'query'),
  claims: (value = [], name) => list(value, name).map((claim, index) => text(claim, `${name}[${index}]`)),
  authorizationParameters: parameters,
  postLogoutPath: (value = '/', name, origin) => ownPath(value, name, origin),
  memoryVault: made<MemoryVaultOption>,
  silentFrame: made<SilentFrame>,
  limits: made<Limits>,
  telemetry: made<Telemetry>,
  auditLog: made<AuditLog>,
  stepUp: made<StepUp>,
  scopes: made<Scopes>,
  serverEvents: made<ServerEvents>,
  adoption: made<Adoption>,
  fetchedPolicy: made<FetchedPolicy>,
  dpop: oneOf('preferred', 'required', 'off'),
  policy: resolvePolicy,
} satisfies {
  [Name in keyof SessionKeeperOptions]-?: (
    value: SessionKeeperOptions[Name],
    name: string,
    origin: string,
  ) => unknown;
};

type Checked = { readonly [Name in keyof typeof CHECKS]: ReturnType<(typeof CHECKS)[Name]> };

/**
 * Checks the options as a whole, at start.
 *
 * @throws TypeError naming the option, the value and what is allowed
 */
export function resolveOptions(options: SessionKeeperOptions, origin: string): Configuration {
  const given = objectOf('(all of them)', options, Object.keys(CHECKS), '');
  const filled: Record<string, unknown> = {};
  for (const [name, check] of Object.entries(CHECKS))
    filled[name] = check(given[name] as never, name, origin);
  const checked = filled as Checked;
  for (const [value, part] of Object.entries(POLICY_BOUNDS))
    if (typeof part === 'string' && value in checked.policy && !checked[part])
      refuse(`policy.${value}`, 'present', `nothing without ${part}`);
  return { ...checked, redirectUri: checked.redirectPath, postLogoutUri: checked.postLogoutPath };
}

function issuerUrl(value: string, name: string): URL {
  // RFC 8414 §2. An API's origin is compared with the text, so there these are refused already.
  const isBare = (url: URL) => typeof value === 'string' && url.href === url.origin + url.pathname;
  return secure(name, value, 'an https URL without user, query and fragment', isBare);
}

function apiRules(rules: readonly ApiRule[], name: string): readonly Api[] {
  if (!Array.isArray(rules) || !rules.length)
    refuse(name, rules, 'a list of at least one { origin, pathPrefix }');
  return rules.map((rule, index) => apiRule(rule, `${name}[${index}]`));
}

function apiRule(rule: ApiRule, name: string): Api {
  objectOf(name, rule, API_OPTIONS);
  const { origin, pathPrefix = '/', methods } = rule;
  const isOrigin = (url: URL) => url.origin === origin;
  secure(`${name}.origin`, origin, 'an origin, like https://api.example.com', isOrigin);
  ownPath(pathPrefix, `${name}.pathPrefix`, origin);
  if (methods && !list(methods, `${name}.methods`).every((method) => /^[A-Z-]+$/.test(method)))
    refuse(`${name}.methods`, methods, 'a list of methods in capitals');
  return { origin, pathPrefix, ...(methods && { methods }) };
}

function redirectUri(path: string, name: string, origin: string): URL {
  if (path === '/') refuse(name, path, 'a path that is never a page, like /session/callback');
  return ownPath(path, name, origin);
}

function ownPath(path: string, name: string, origin: string): URL {
  const isOwn = (url: URL) => url.pathname === path && url.origin === origin;
  return parse(name, path, 'a path that starts with one slash, without query and fragment', isOwn, origin);
}

function parameters(
  value: Readonly<Record<string, string>> = {},
  name: string,
): Readonly<Record<string, string>> {
  if (!isObject(value)) refuse(name, value, 'an object of texts');
  for (const [each, parameter] of Object.entries(value)) {
    if (RESERVED_PARAMETERS.includes(each))
      refuse(`${name}.${each}`, parameter, 'nothing: the worker sets it itself');
    text(parameter, `${name}.${each}`);
  }
  return value;
}

/** What a function of the option's name has made. */
function made<
  T extends
    | MemoryVaultOption
    | SilentFrame
    | Limits
    | Telemetry
    | AuditLog
    | StepUp
    | Scopes
    | ServerEvents
    | Adoption
    | FetchedPolicy,
>(value: T | undefined, name: string): T | undefined {
  if (value !== undefined && typeof value?.connect !== 'function')
    refuse(name, value, `${name}(), imported from session-keeper/worker, or nothing`);
  return value;
}

function list<T>(value: readonly T[], name: string): readonly T[] {
  return Array.isArray(value) ? value : refuse(name, value, 'a list');
}

function secure(name: string, value: string, allowed: string, fits: (url: URL) => boolean): URL {
  const url = parse(name, value, allowed, fits);
  // Not a regular expression, which has to be compiled first: this is on the way of a worker's first request.
  const isLocal = () =>
    `.${url.hostname}`.endsWith('.localhost') || ['127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal()))
    refuse(name, url.href, 'an https URL (http only on localhost)');
  return url;
}

function parse(
  name: string,
  value: string,
  allowed: string,
  fits: (url: URL) => boolean,
  base?: string,
): URL {
  try {
    const url = new URL(value, base);
    if (fits(url)) return url;
  } catch {
    // Refused below, like one that does not fit.
  }
  return refuse(name, value, allowed);
}

function text(value: string, name: string): string {
  return typeof value === 'string' && value.trim() ? value : refuse(name, value, 'a non-empty string');
}

/** The first is the default. */
function oneOf<T extends string>(
  ...choices: readonly [T, ...T[]]
): (value: T | undefined, name: string) => T {
  return (value = choices[0], name) =>
    choices.includes(value) ? value : refuse(name, value, choices.map((each) => `'${each}'`).join(' or '));
}
