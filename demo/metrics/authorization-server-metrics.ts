import { Counter, Gauge, Registry } from 'prom-client';
import { ACCOUNTS } from '../authorization-server/accounts.js';
import type { AuthorizationServerControls } from '../authorization-server/authorization-server.js';
import type { AuthorizationServerStats } from '../authorization-server/server-stats.js';
import type { TokenRequest } from '../authorization-server/token-request-log.js';
import { perSessionHour } from './request-rate.js';

type Counted = Exclude<keyof AuthorizationServerStats, 'tokenRequests'>;

const COUNTERS: readonly (readonly [name: string, help: string, counted: Counted])[] = [
  ['refreshes_total', 'Refresh grants that were answered with tokens.', 'refreshes'],
  [
    'refresh_token_reuse_detections_total',
    'A refresh token that had been rotated was used again, and its grant was taken back.',
    'reuseDetections',
  ],
  [
    'refresh_token_grace_uses_total',
    'A refresh token that had been rotated was used again within its grace, and answered with tokens.',
    'graceUses',
  ],
  ['revoked_grants_total', 'Grants that were taken back.', 'revokedGrants'],
  ['revocations_total', 'Revocation requests (RFC 7009) that were accepted.', 'revocations'],
  ['authorization_requests_total', 'Authorization requests.', 'authorizationRequests'],
  ['sign_in_pages_total', 'How often somebody was shown the sign-in form.', 'signInPages'],
  ['ended_sessions_total', 'Sessions of this server that were ended by a sign-out.', 'endedSessions'],
];

/** What the authorization server measures, read anew at each scrape. */
export function authorizationServerMetrics(
  server: Pick<AuthorizationServerControls, 'stats' | 'liveRefreshTokens'>,
): Registry {
  const registers = [new Registry()];
  const prefix = 'authorization_server_';
  const startedMs = Date.now();
  const sessions = () => ACCOUNTS.reduce((sum, { subject }) => sum + server.liveRefreshTokens(subject), 0);
  const rateOf = (isCounted: (request: TokenRequest) => boolean) => {
    const momentsMs = server
      .stats()
      .tokenRequests.filter(isCounted)
      .map(({ arrivedAtMs }) => arrivedAtMs);
    return perSessionHour(momentsMs, { nowMs: Date.now(), sinceMs: startedMs, sessions: sessions() });
  };

  for (const [name, help, counted] of COUNTERS)
    new Counter({
      name: prefix + name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(server.stats()[counted]);
      },
    });
  new Counter({
    name: `${prefix}token_requests_total`,
    help: 'Requests to the token endpoint. lost: the provider never answered them, as in an outage.',
    labelNames: ['grant_type', 'outcome'],
    registers,
    collect() {
      this.reset();
      for (const { grantType = 'unknown', outcome } of server.stats().tokenRequests)
        if (outcome !== 'pending') this.inc({ grant_type: grantType, outcome });
    },
  });
  gauge('sessions', 'Sessions that could be renewed now.', sessions);
  gauge(
    'token_requests_per_session_hour',
    'Token requests for a renewal, or whose kind was not read, per session and hour; of the latest five minutes.',
    () => rateOf(({ grantType }) => grantType !== 'authorization_code'),
  );
  gauge(
    'sign_ins_per_session_hour',
    'Churn: sign-ins per session and hour; of the latest five minutes.',
    () => rateOf(({ grantType, outcome }) => grantType === 'authorization_code' && outcome === 'success'),
  );
  return registers[0] as Registry;

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: prefix + name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
}
