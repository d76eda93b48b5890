import type { System } from '../../demo/system.js';
import { isSuccess, type Sent } from './traffic.js';

/** What tells why something went wrong. Times are milliseconds from the moment when the fault struck. */
export interface Evidence {
  readonly failed: readonly string[];
  readonly tokenRequests: readonly string[];
  /** What became of the requests with one access token. */
  readonly tokensAtApi: readonly string[];
}

export function gatherEvidence(
  { api, authorizationServer }: System,
  sent: readonly Sent[],
  struckAtMs: number,
): Evidence {
  const since = (atMs: number) => `${atMs - struckAtMs} ms`;
  const failed = sent
    .filter((each) => !isSuccess(each))
    .map(
      ({ id, status, code = '', startedAtMs, endedAtMs }) =>
        `${since(startedAtMs)} to ${since(endedAtMs)}: ${id || 'GET'} ${status} ${code}`,
    );
  const tokenRequests = authorizationServer
    .stats()
    .tokenRequests.map(
      ({ arrivedAtMs, outcome, status = '', error = '', isDelivered }) =>
        `${since(arrivedAtMs)}: ${outcome} ${status} ${error} ${isDelivered === false ? 'not delivered' : ''}`,
    );
  const byToken = new Map<string, string[]>();
  for (const { tokenHash = 'none', arrivedAtMs, method, path, status = 'open' } of api.stats().requests) {
    const answers = byToken.get(tokenHash) ?? [];
    byToken.set(tokenHash, [...answers, `${since(arrivedAtMs)} ${method} ${path} ${status}`]);
  }
  const tokensAtApi = [...byToken].map(([token, answers]) => `${token}: ${answers.join(', ')}`);
  return { failed, tokenRequests, tokensAtApi };
}
