import type { TelemetryEvent } from 'session-keeper/telemetry';
import type { Figures } from './control-client.js';

/** What this browser counted since the control room was opened. */
export interface ClientFigures {
  readonly events: readonly TelemetryEvent[];
  readonly answered: number;
  readonly openForSeconds: number;
}

/** A figure of the browser beside the one of a server that is about the same. */
export interface FigureRow {
  readonly label: string;
  readonly client: number;
  readonly server: number;
  /** What the server calls it. */
  readonly metric: string;
}

const TOKEN_REQUESTS = 'authorization_server_token_requests_total';
const SESSIONS = 'authorization_server_sessions';
const LEAST_SECONDS = 60;

/**
 * @param now the servers' metrics
 * @param before the same when the control room was opened: counters are told as what came since
 */
export function figureRows(client: ClientFigures, now: Figures, before: Figures): readonly FigureRow[] {
  const since = (metric: string) => (now[metric] ?? 0) - (before[metric] ?? 0);
  const count = (matches: (event: TelemetryEvent) => boolean) => client.events.filter(matches).length;
  const renewals = count(({ name }) => name === 'renewal');
  const hours = Math.max(client.openForSeconds, LEAST_SECONDS) / 3600;
  const signIns = `${TOKEN_REQUESTS}{grant_type=authorization_code,outcome=success}`;
  const row = (label: string, client: number, metric: string, server = since(metric)): FigureRow => ({
    label,
    client,
    server,
    metric,
  });
  return [
    row('Token requests for renewals', renewals, TOKEN_REQUESTS, since(TOKEN_REQUESTS) - since(signIns)),
    row(
      'Renewed',
      count((event) => event.name === 'renewal' && event.outcome === 'renewed'),
      'authorization_server_refreshes_total',
    ),
    row(
      'Token requests per session and hour',
      Math.round(renewals / hours),
      `${TOKEN_REQUESTS} / ${SESSIONS}`,
      Math.round((since(TOKEN_REQUESTS) - since(signIns)) / Math.max(1, now[SESSIONS] ?? 0) / hours),
    ),
    row(
      'Tokens refused by the API',
      count((event) => event.name === 'request.replayed' && event.reason === 'refused'),
      'orders_api_requests_total{status=401}',
      statusSince(now, '401') - statusSince(before, '401'),
    ),
    row(
      'Requests answered',
      client.answered,
      'orders_api_requests_total{status=2xx}',
      statusSince(now, '2') - statusSince(before, '2'),
    ),
    row(
      'Lost answers made good',
      count(({ name }) => name === 'session.recovered'),
      'authorization_server_refresh_token_grace_uses_total',
    ),
    row(
      'Refresh tokens used again',
      count(({ name }) => name === 'reuse.suspected'),
      'authorization_server_refresh_token_reuse_detections_total',
    ),
    row(
      'Sign-ins',
      count(({ name }) => name === 'session.began'),
      signIns,
    ),
    row(
      'Sessions ended, and revoked',
      count(({ name }) => name === 'session.ended'),
      'authorization_server_revoked_grants_total',
    ),
  ];
}

/** All requests whose status begins so. */
function statusSince(figures: Figures, status: string): number {
  return Object.entries(figures)
    .filter(([name]) => name.startsWith('orders_api_requests_total{') && name.includes(`status=${status}`))
    .reduce((sum, [, count]) => sum + count, 0);
}
