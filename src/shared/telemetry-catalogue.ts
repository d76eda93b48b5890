import type { SessionErrorCode } from './errors.js';
import type { SessionPhase } from './session-status.js';

/**
 * In the place of a text that is not in the catalogue, as OpenTelemetry has it for `error.type`. Whatever a text holds, no more of it than this
 * gets into an event.
 */
export const OTHER = '_OTHER';

/** Codes of `docs/errors.md` that an event can name. */
export const ERRORS = [
  'authorization_server_unreachable',
  'authorization_server_error',
  'discovery_failed',
  'issuer_mismatch',
  'client_rejected',
  'token_request_rejected',
  'dpop_unsupported',
  'session_revoked',
  'rotation_lost',
  'vault_lost',
  'renewal_failed',
  'idle_limit_near',
  'idle_timeout',
  'absolute_limit_near',
  'absolute_lifetime',
  'signed_out',
  'signed_out_elsewhere',
  'sign_in_refused',
  'sign_in_expired',
  'sign_in_failed',
  'vault_unavailable',
  'vault_unreadable',
  'vault_newer',
  'silent_frame_refused',
  'worker_failed',
  'queue_timeout',
  'subject_changed',
] as const satisfies readonly SessionErrorCode[];

export const ENDS = [
  'signed_out',
  'signed_out_elsewhere',
  'idle_timeout',
  'absolute_lifetime',
  'session_revoked',
  'rotation_lost',
  'vault_lost',
  'client_rejected',
  'token_request_rejected',
  'dpop_unsupported',
] as const satisfies readonly SessionErrorCode[];

const PHASES = [
  'signed-out',
  'signing-in',
  'active',
  'limited',
  'interrupted',
  'verification-required',
  'ending',
  'ended',
] as const satisfies readonly SessionPhase[];

/** What an event can hold: texts of these alone, and numbers. */
export interface EventShape {
  /** `error` may be absent; every other is always there. */
  readonly texts: Readonly<Record<string, readonly string[]>>;
  readonly numbers: readonly string[];
  /** Of a session, and so worth a log record each; the others come once for each request, and are counted. */
  readonly isLogged: boolean;
}

/** Every event that there is. What each says, and when it comes, is in `generate/telemetry/meanings.ts`. */
export const TELEMETRY_EVENTS = {
  'worker.started': { texts: { start: ['new', 'again'] }, numbers: [], isLogged: true },
  'session.began': { texts: {}, numbers: ['grantedSeconds'], isLogged: true },
  'session.ended': { texts: { reason: ENDS }, numbers: ['lastedSeconds'], isLogged: true },
  'session.recovered': {
    texts: { how: ['repeated_renewal', 'silent_frame'] },
    numbers: [],
    isLogged: true,
  },
  'session.phase': { texts: { phase: PHASES, error: ERRORS }, numbers: [], isLogged: true },
  'interruption.began': { texts: { error: ERRORS }, numbers: [], isLogged: true },
  'interruption.ended': {
    texts: { outcome: ['back', 'over'] },
    numbers: ['lastedSeconds'],
    isLogged: true,
  },
  renewal: {
    texts: {
      outcome: ['renewed', 'retriable', 'ambiguous', 'terminal'],
      cause: ['due', 'expired', 'early'],
      error: ERRORS,
    },
    numbers: ['tookSeconds'],
    isLogged: true,
  },
  'token.replaced': {
    texts: {},
    numbers: ['grantedSeconds', 'usedFraction', 'marginSeconds'],
    isLogged: true,
  },
  'reuse.suspected': { texts: {}, numbers: [], isLogged: true },
  'request.parked': {
    texts: { outcome: ['released', 'failed', 'given_up'], error: ERRORS },
    numbers: ['waitedSeconds'],
    isLogged: false,
  },
  'queue.overflowed': { texts: { limit: ['requests', 'bytes'] }, numbers: [], isLogged: false },
  'request.replayed': { texts: { reason: ['refused', 'network'] }, numbers: [], isLogged: false },
  'dpop.nonce': { texts: { server: ['authorization_server', 'api'] }, numbers: [], isLogged: false },
  'clock.jumped': { texts: { direction: ['forward', 'back'] }, numbers: ['jumpSeconds'], isLogged: true },
  'telemetry.dropped': {
    texts: { reason: ['overflow', 'rejected'] },
    numbers: ['records'],
    isLogged: false,
  },
} as const satisfies Readonly<Record<string, EventShape>>;

export type TelemetryEventName = keyof typeof TELEMETRY_EVENTS;

/** What is counted or measured of the events. */
export interface MetricShape {
  readonly from: readonly TelemetryEventName[];
  /** In UCUM. */
  readonly unit: string;
  /** The number that is measured or added up; absent: events are counted. */
  readonly value?: string;
  /** Upper bounds of a histogram's buckets, each of them included; absent: a sum. */
  readonly buckets?: readonly number[];
  /** The texts that it is told apart by. */
  readonly attributes: readonly string[];
}

/** As OpenTelemetry's conventions advise for `http.client.request.duration`. */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30];
const WAIT_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const OUTAGE_SECONDS = [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
const TOKEN_SECONDS = [30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 86_400];
const SESSION_SECONDS = [60, 300, 900, 1800, 3600, 14_400, 28_800, 43_200, 86_400, 604_800];

/** Every metric that there is, made of the events alone. */
export const TELEMETRY_METRICS = {
  'worker.starts': { from: ['worker.started'], unit: '{start}', attributes: ['start'] },
  'session.begun': { from: ['session.began'], unit: '{session}', attributes: [] },
  'session.duration': {
    from: ['session.ended'],
    value: 'lastedSeconds',
    unit: 's',
    buckets: SESSION_SECONDS,
    attributes: ['reason'],
  },
  'session.recoveries': { from: ['session.recovered'], unit: '{recovery}', attributes: ['how'] },
  'session.phase.changes': { from: ['session.phase'], unit: '{change}', attributes: ['phase'] },
  'session.interruptions': { from: ['interruption.began'], unit: '{interruption}', attributes: ['error'] },
  'session.interruption.duration': {
    from: ['interruption.ended'],
    value: 'lastedSeconds',
    unit: 's',
    buckets: OUTAGE_SECONDS,
    attributes: ['outcome'],
  },
  'renewal.duration': {
    from: ['renewal'],
    value: 'tookSeconds',
    unit: 's',
    buckets: REQUEST_SECONDS,
    attributes: ['outcome', 'cause', 'error'],
  },
  'token.lifetime': {
    from: ['session.began', 'token.replaced'],
    value: 'grantedSeconds',
    unit: 's',
    buckets: TOKEN_SECONDS,
    attributes: [],
  },
  'token.used': {
    from: ['token.replaced'],
    value: 'usedFraction',
    unit: '1',
    buckets: [0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.5, 2],
    attributes: [],
  },
  'renewal.margin': {
    from: ['token.replaced'],
    value: 'marginSeconds',
    unit: 's',
    buckets: [-300, -60, -10, -1, 0, 1, 5, 10, 30, 60, 300, 900],
    attributes: [],
  },
  'reuse.suspected': { from: ['reuse.suspected'], unit: '{suspicion}', attributes: [] },
  'request.wait': {
    from: ['request.parked'],
    value: 'waitedSeconds',
    unit: 's',
    buckets: WAIT_SECONDS,
    attributes: ['outcome', 'error'],
  },
  'queue.overflows': { from: ['queue.overflowed'], unit: '{request}', attributes: ['limit'] },
  'request.replays': { from: ['request.replayed'], unit: '{request}', attributes: ['reason'] },
  'dpop.nonces': { from: ['dpop.nonce'], unit: '{round}', attributes: ['server'] },
  'clock.jumps': {
    from: ['clock.jumped'],
    value: 'jumpSeconds',
    unit: 's',
    buckets: OUTAGE_SECONDS,
    attributes: ['direction'],
  },
  'telemetry.dropped': {
    from: ['telemetry.dropped'],
    value: 'records',
    unit: '{record}',
    attributes: ['reason'],
  },
} as const satisfies Readonly<Record<string, MetricShape>>;

export type TelemetryMetricName = keyof typeof TELEMETRY_METRICS;
