import type { POLICY_BOUNDS } from '../../src/shared/policy.js';
import { FALLBACKS, type PART_BOUNDS, RATE_BOUNDS } from '../../src/shared/policy-parts.js';

type Bounds = Omit<typeof POLICY_BOUNDS, keyof typeof PART_BOUNDS> & typeof PART_BOUNDS;

/** `idleTimeoutSeconds`, `queue.maxBytes`: the name of each value as it is told to people. */
export type PolicyPath = {
  [Name in keyof Bounds & string]: Bounds[Name] extends readonly unknown[] | string
    ? Name
    : `${Name}.${keyof Bounds[Name] & string}`;
}[keyof Bounds & string];

export type PolicySection = {
  [Name in keyof Bounds & string]: Bounds[Name] extends readonly unknown[] | string ? never : Name;
}[keyof Bounds & string];

/** What is to be said of a value. Its default and bounds are those that the worker checks. */
export interface PolicyField {
  readonly unit: string;
  readonly meaning: string;
  /** It is one of these lists of names; absent: it is a number, or a text. */
  readonly lists?: readonly (readonly string[])[];
  /** For a default that is no number. */
  readonly fallback?: string;
  /** Why it is there, and why the default is what it is. */
  readonly reason: string;
  readonly source: string;
}

const ASVS = 'OWASP ASVS 5.0';
const NIST = 'NIST SP 800-63B-4';
const OWN = 'of this library';

/** The default of the part's own option. */
function rate(name: keyof typeof RATE_BOUNDS): string {
  return `${RATE_BOUNDS[name][0]}, or what \`limits()\` is given`;
}

export const POLICY_FIELDS: Readonly<Record<PolicyPath, PolicyField>> = {
  idleTimeoutSeconds: {
    unit: 's',
    meaning:
      'The session ends when nobody has used a page of it for this long. What `activity` names counts in any tab, to within 30 s and `extensionThresholdSeconds`; requests do not.',
    fallback: 'never',
    reason:
      'A device that was left alone must not stay signed in. How long depends on what the application guards, so there is no default: take a preset, or decide.',
    source: `${ASVS} 7.1.1, 7.3.1; ${NIST} §2.2.3, §2.3.3, §5.2; RFC 9700 §4.14.2`,
  },
  absoluteLifetimeSeconds: {
    unit: 's',
    meaning:
      'The session ends this long after sign-in, whatever happens. A renewal, with or without rotation, never moves it; a new sign-in does.',
    fallback: 'never',
    reason:
      'What was stolen must not work for ever, and refresh tokens need a last day even where use extends them. As for the idle limit there is no default.',
    source: `${ASVS} 7.1.1, 7.3.2, 10.4.8; ${NIST} §2.1.3, §2.2.3, §2.3.3; RFC 9700 §4.14.2`,
  },
  activity: {
    unit: 'names',
    meaning:
      'What is use of the session, which puts the idle limit off, and which `stepUp.afterAbsenceSeconds` asks. `input`: a person’s pointer, keys, wheel or touch in a page. `wake`: also that a page comes into view, goes on after it was frozen or left, or is online again. Requests are none.',
    reason:
      'What nobody did on purpose must not keep a device signed in that was left alone, and a network that comes and goes wakes pages by itself. `wake` is for applications that are looked at more than typed into.',
    source: `${ASVS} 7.3.1; ${NIST} §5.2`,
  },
  extensionThresholdSeconds: {
    unit: 's',
    meaning:
      'Input moves the idle limit where it was moved this long ago at the soonest, by input in any tab, or by the sign-in. Until then nothing is moved, and nothing written. In a warning any input moves it: the warning has to begin later than that.',
    reason:
      'Each time is written down, so that the next worker knows it: once in 10 s costs little, and whoever is there is not taken for absent.',
    source: `${ASVS} 7.3.1; ${NIST} §5.2`,
  },
  idleWarningSeconds: {
    unit: 's',
    meaning:
      'How long before the idle limit the phase becomes `ending`. Any input, or the banner’s button, moves the limit. Without `idleTimeoutSeconds` it means nothing.',
    reason:
      'Two minutes are what NIST names for a person to answer. People who cannot be quick need at least 20 s, with one simple action.',
    source: `NIST SP 800-63B (2017) §10.1; WCAG 2.2, 2.2.1`,
  },
  absoluteWarningSeconds: {
    unit: 's',
    meaning:
      'How long before the absolute limit the phase becomes `ending`. Only a new sign-in moves the limit. Without `absoluteLifetimeSeconds` it means nothing.',
    reason:
      'Enough to end a paragraph and sign in again beside the page, which keeps its state. Where work would be lost, NIST’s example is an hour.',
    source: `NIST SP 800-63B (2017) §10.1; WCAG 2.2, 2.2.1`,
  },
  revocationGraceSeconds: {
    unit: 's',
    meaning:
      'How long a session that was ended elsewhere goes on in the phase `ending`, while its access token lasts. It is not renewed any more; only a new sign-in begins another. A sign-out everywhere gives no grace.',
    reason:
      'What was revoked may have been stolen, so by default it ends at once. Where an administrator rather tidies up, or a password change ends the other sessions, a minute or two lets a person save and sign in again beside the page.',
    source: `${ASVS} 7.4.1, 7.4.2; RFC 9700 §4.14.2; WCAG 2.2, 2.2.1`,
  },
  grantTypes: {
    unit: 'names',
    meaning:
      'With which grants the worker may ask for tokens. `authorization_code` is the sign-in. Without `refresh_token` no session is renewed: the person is asked again when the access token has run out, or when an API refuses it or `renew()` is called. A refresh token that came all the same is not used, only revoked at the end.',
    reason:
      'A refresh token is what is worth most to a thief, and what lets a session outlive its access token without interrupting anybody. Where your organisation would rather interrupt, leave it out, and the scope `offline_access` as well. The grants that hand tokens or passwords to a page (implicit, password) are not there to be allowed.',
    source: 'RFC 6749 §1.3, §1.5; RFC 9700 §2.1.2, §2.4, §4.14.2',
  },
  limitedScope: {
    unit: 'scopes',
    meaning:
      'With which scopes a session may go on, in the phase `limited`, where the authorization server refuses a renewal for its scopes (`invalid_scope`): one text, with a space between them. Those of the worker’s `scope` and `scopes.requestable` count. It is asked for all again at each renewal. Needs `scopes()`.',
    fallback: 'none: the session ends',
    reason:
      'Who may do less for now can still read and save. Which of its scopes an application is of use with, it alone knows.',
    source: 'RFC 6749 §5.2, §6',
  },
  fallbacks: {
    unit: 'names',
    lists: [[], ...FALLBACKS.map((each) => [each]), FALLBACKS],
    meaning:
      'What is tried, in this order, before the person is asked to sign in. `limited-scope`: where a renewal was refused for its scopes, one with those of `limitedScope`. `silent-frame`: where that was refused too, or does not stand before it, or where a renewal’s answer was lost, a sign-in that asks nobody, as with `silentFrame()`. A session that was revoked falls back on nothing. Needs `silentFrame()`.',
    fallback: 'both, as far as the worker’s options have them',
    reason:
      'Narrower scopes cost nothing, and keep the refresh token; the frame uses the person’s session at the authorization server, and after it there is no refresh token to go on with. Leave out what your organisation wants the person to be asked for.',
    source: 'RFC 6749 §5.2; OpenID Connect Core §3.1.2.1; RFC 9700 §4.14.2',
  },
  'stepUp.afterAbsenceSeconds': {
    unit: 's',
    meaning:
      'Whoever uses the session after nobody has for this long is to be verified first. Use is counted as for `idleTimeoutSeconds`; requests go on until then. Needs `stepUp({ rules: riskRules() })`.',
    fallback: 'never',
    reason:
      'An idle limit ends the session and what is typed in it; to be asked who one is keeps both. How long is too long depends on what the application guards.',
    source: `${NIST} §5.2; RFC 9470 §1`,
  },
  'stepUp.networkCheckSeconds': {
    unit: 's',
    meaning:
      'The worker asks the app’s server which network it is in: when it starts and after renewals, this often at most, after a sign-in, and when the browser is online again or wakes up. In one where the person was not verified they are to be. Needs `stepUp({ rules: riskRules() })` and the server’s option `network`.',
    fallback: 'never',
    reason:
      'A device that changed hands mostly changed networks as well. People who travel would be asked often, so there is no default; 600 is a beginning.',
    source: `${NIST} §5.3; RFC 9470 §1`,
  },
  'rateLimits.requestsPerMinute': {
    unit: 'requests/min',
    meaning:
      'Requests with the session’s credential, for each page or worker of the origin, and as many at once; further ones are answered with `rate_limited`. Needs `limits()`; refused beside its option of that name.',
    fallback: rate('requestsPerMinute'),
    reason:
      'Ten a second for a whole minute: a page that a person looks at hardly makes them, and a script that reads everything does.',
    source: `${ASVS} 2.4.1; draft-ietf-oauth-browser-based-apps-27 §5.1.4`,
  },
  'rateLimits.totalRequestsPerMinute': {
    unit: 'requests/min',
    meaning: 'The same for all of them together. Needs `limits()`; refused beside its option of that name.',
    fallback: rate('totalRequestsPerMinute'),
    reason: 'A script can open further windows. Five pages at their limit.',
    source: `${ASVS} 2.4.1; draft-ietf-oauth-browser-based-apps-27 §5.1.4`,
  },
  'rateLimits.commandsPerMinute': {
    unit: 'calls/min',
    meaning:
      'Calls of `signIn`, and of `renew`, all pages together; further ones fail with `command_rate_limited`. Needs `limits()`; refused beside its option of that name.',
    fallback: rate('commandsPerMinute'),
    reason:
      'They make the worker speak with the authorization server. One every other second, where a person makes one now and then.',
    source: `${ASVS} 2.4.1; draft-ietf-oauth-browser-based-apps-27 §5.1.3`,
  },
  'renewal.atLifetimeFraction': {
    unit: 'part of the lifetime',
    meaning:
      'A request, or a page that wakes up, after this part of the token’s lifetime starts the renewal in the background.',
    reason:
      'A quarter of the lifetime is left for an authorization server that is away for a while, and most of each token is used.',
    source: OWN,
  },
  'renewal.jitterFraction': {
    unit: 'part of the lifetime',
    meaning: 'Each worker begins earlier by a random part of this.',
    reason: 'People who signed in together, at nine o’clock or after an outage, do not renew together.',
    source: OWN,
  },
  'renewal.attemptTimeoutSeconds': {
    unit: 's',
    meaning: 'One request to the authorization server is given up after this long, and tried again.',
    reason: 'Longer than a slow answer takes, shorter than a person waits.',
    source: OWN,
  },
  'renewal.minIntervalSeconds': {
    unit: 's',
    meaning:
      'While a token serves, the session is renewed this long after that token was asked for at the soonest, whatever asks: the lifetime’s fraction, a 401 that a renewal did not cure, a page that wakes up, `renew()`. Until then `renew()` gives the status as it is, and a request that an API refused waits: until the renewal, or `queue.maxWaitSeconds`, after which the page gets the API’s 401. A token that has run out is renewed at once, so no request that needs that fails by it or waits for it. Attempts that failed wait by `policy.retry`. What the app’s server tells of the session’s end is looked into at once.',
    reason:
      'The worker asks little of itself: once in a token’s life, and once a minute for a URL that refuses a new one. Where the authorization server counts the token requests of a session, or the APIs refuse tokens at many URLs, 5 is a beginning.',
    source: `${OWN}; ${ASVS} 2.4.1; RFC 6749 §6`,
  },
  'retry.baseDelaySeconds': {
    unit: 's',
    meaning:
      'The wait after the first failed renewal; doubles with each further one, or grows by half while requests wait, with full jitter.',
    reason: 'A server that comes back is not met by everybody at once.',
    source: OWN,
  },
  'retry.maxDelaySeconds': {
    unit: 's',
    meaning: 'No wait is longer, the authorization server’s `Retry-After` included.',
    reason: 'A minute after the server is back, every session is too.',
    source: `${OWN}; RFC 9110 §10.2.3`,
  },
  'retry.outageCheckSeconds': {
    unit: 's',
    meaning:
      'While requests wait and the authorization server does not answer, its metadata is asked for this often; once it answers, the session is renewed.',
    reason:
      'Its metadata may be asked for without using anything up, so those who wait need not sit out the backoff.',
    source: OWN,
  },
  'queue.maxRequests': {
    unit: 'requests',
    meaning: 'Requests that may wait for a credential. A further one is answered with `queue_full`.',
    reason: 'More than a page makes at once, and less than a script needs to fill the memory.',
    source: OWN,
  },
  'queue.maxWaitSeconds': {
    unit: 's',
    meaning: 'A request that waited this long is answered with `queue_timeout`.',
    reason: 'Browsers end a pending answer at about 300 s.',
    source: OWN,
  },
  'queue.maxBodyBytes': {
    unit: 'bytes',
    meaning:
      'A body up to this size is kept until the answer, so that its request can be sent again after a 401. A larger one is sent once.',
    reason: '8 MiB: forms and pictures, not films.',
    source: OWN,
  },
  'queue.maxBytes': {
    unit: 'bytes',
    meaning:
      'The bodies of all requests that wait, together. A request that does not fit is answered with `queue_bytes_full`; one that is larger by itself may wait when no other body does.',
    reason: '64 MiB: what a small phone can spare.',
    source: OWN,
  },
};

export const POLICY_SECTIONS: Readonly<Record<PolicySection, { type: string; meaning: string }>> = {
  stepUp: { type: 'StepUpPolicy', meaning: 'When the worker itself asks for the person to be verified.' },
  rateLimits: {
    type: 'RateLimitsPolicy',
    meaning:
      'How much of the session pages may use. Numbers are by the minute, and as many are let through at once.',
  },
  renewal: { type: 'RenewalPolicy', meaning: 'When an access token is renewed.' },
  retry: { type: 'RetryPolicy', meaning: 'How long to wait after a token request that failed for now.' },
  queue: { type: 'QueuePolicy', meaning: 'What may wait for a credential.' },
};
