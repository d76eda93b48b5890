import type {
  TELEMETRY_EVENTS,
  TelemetryEventName,
  TelemetryMetricName,
} from '../../src/shared/telemetry-catalogue.js';

type Events = typeof TELEMETRY_EVENTS;

/** What is to be said of an event: when it comes, and what each of its texts and numbers means. */
export type EventMeaning<Name extends TelemetryEventName = TelemetryEventName> = {
  readonly when: string;
} & Readonly<Record<'texts', Readonly<Record<keyof Events[Name]['texts'] & string, string>>>> &
  Readonly<Record<'numbers', Readonly<Record<Events[Name]['numbers'][number], string>>>>;

const ERROR = 'The code, where something is wrong.';

export const EVENT_MEANINGS: { readonly [Name in TelemetryEventName]: EventMeaning<Name> } = {
  'worker.started': {
    when: 'The worker’s script ran: the browser stops a worker that is idle, and starts it again for the next event.',
    texts: { start: '`new`: to be installed, or not known (Firefox). `again`: the worker in use.' },
    numbers: {},
  },
  'session.began': {
    when: 'Somebody signed in, and the session is in the vault.',
    texts: {},
    numbers: { grantedSeconds: 'How long the access token lasts by the server’s word (`expires_in`).' },
  },
  'session.ended': {
    when: 'The session is over, and out of the vault. Told by the one worker that ended it.',
    texts: { reason: 'The code of the end; `signed_out`: the person signed out.' },
    numbers: { lastedSeconds: 'Since sign-in.' },
  },
  'session.recovered': {
    when: 'A session is whole again that could have been lost.',
    texts: {
      how: '`repeated_renewal`: the answer to a renewal was lost (the network, a stopped worker), and the server took the same refresh token again. `silent_frame`: the option `silentFrame` brought it back.',
    },
    numbers: {},
  },
  'session.phase': {
    when: 'Pages are told of another phase than before; the first one in a worker’s life, too.',
    texts: { phase: 'The new phase.', error: 'The code of the status’ problem, where there is one.' },
    numbers: {},
  },
  'interruption.began': {
    when: 'Pages are told the phase `interrupted`. A worker that the browser starts again meanwhile tells it again.',
    texts: { error: 'Why.' },
    numbers: {},
  },
  'interruption.ended': {
    when: 'Pages are told another phase after `interrupted`, by the same worker.',
    texts: { outcome: '`back`: the session works. `over`: it ended.' },
    numbers: { lastedSeconds: 'Since it began.' },
  },
  renewal: {
    when: 'A token request that was to renew the session is over; also where the server’s metadata could not be had for it.',
    texts: {
      outcome:
        '`renewed`; or what the failure means, as in [token outcomes](token-outcomes.md): `retriable`, `ambiguous`, `terminal`.',
      cause:
        'Why it was made: `due`: enough of the token’s life was used. `expired`: it had run out. `early`: neither, so an API refused the token, or a page called `renew()`.',
      error: ERROR,
    },
    numbers: { tookSeconds: 'From its beginning to the answer, a round for a nonce included.' },
  },
  'token.replaced': {
    when: 'A renewal brought a new access token.',
    texts: {},
    numbers: {
      grantedSeconds: 'How long the new one lasts.',
      usedFraction: 'The part of the former one’s life that was used; more than 1: it had run out.',
      marginSeconds: 'What was left of the former one; below 0: for how long there was none.',
    },
  },
  'reuse.suspected': {
    when: 'The authorization server refused a refresh token although the answer that brought it came and no other attempt is unexplained: it was revoked there, ran out, or was used by somebody else (RFC 9700 §4.14.2).',
    texts: {},
    numbers: {},
  },
  'request.parked': {
    when: 'A request’s wait for a credential is over.',
    texts: {
      outcome:
        '`released`: it is sent. `failed`: it is answered with the error. `given_up`: by its page, or its tab is gone.',
      error: ERROR,
    },
    numbers: { waitedSeconds: 'How long it waited.' },
  },
  'queue.overflowed': {
    when: 'A request found no place to wait.',
    texts: { limit: '`requests`: `policy.queue.maxRequests`. `bytes`: `policy.queue.maxBytes`.' },
    numbers: {},
  },
  'request.replayed': {
    when: 'A request is sent again.',
    texts: {
      reason: '`refused`: after a 401. `network`: the network failed under it, and it may be repeated.',
    },
    numbers: {},
  },
  'dpop.nonce': {
    when: 'A server asked for a proof with its nonce (RFC 9449 §8, §9).',
    texts: { server: 'Which kind of server.' },
    numbers: {},
  },
  'clock.jumped': {
    when: 'The device’s clock went 2 s or more another way than time did, since the last status: it was set, or the device slept.',
    texts: { direction: 'Where to.' },
    numbers: { jumpSeconds: 'How far.' },
  },
  'telemetry.dropped': {
    when: 'Only as a metric of `otlp()`, with the next export of metrics: log records were lost.',
    texts: {
      reason:
        '`overflow`: more came than `maxRecords`. `rejected`: the receiver refused them, or some of an export that it took otherwise.',
    },
    numbers: { records: 'How many.' },
  },
};

export const METRIC_MEANINGS: Readonly<Record<TelemetryMetricName, string>> = {
  'worker.starts': 'Starts of the worker.',
  'session.begun': 'Sign-ins.',
  'session.duration': 'How long sessions lasted; its count is that of the ends.',
  'session.recoveries': 'Sessions that could have been lost, and are whole.',
  'session.phase.changes': 'Changes of the phase that pages saw.',
  'session.interruptions': 'Interruptions that pages saw.',
  'session.interruption.duration': 'How long they lasted, of those that ended in the same worker’s life.',
  'renewal.duration': 'How long renewals took; its count is that of the token requests.',
  'token.lifetime': 'How long access tokens last by the server’s word.',
  'token.used': 'Which part of an access token’s life was used when it was replaced.',
  'renewal.margin': 'What was left of an access token when it was replaced.',
  'reuse.suspected': 'Refresh tokens that were refused without an explanation.',
  'request.wait': 'How long requests waited for a credential; its count is that of the requests that waited.',
  'queue.overflows': 'Requests that found no place to wait.',
  'request.replays': 'Requests that were sent again.',
  'dpop.nonces': 'Rounds for a nonce.',
  'clock.jumps': 'Jumps of the device’s clock.',
  'telemetry.dropped': 'Log records that were lost.',
};
