import { describe, expect, it } from 'vitest';
import { type SessionErrorCode, SessionKeeperError } from '../../../src/shared/errors.js';
import { problemResponse } from '../../../src/worker/problem-response.js';

const answer = (code: SessionErrorCode, retryable: boolean, retryAfterSeconds?: number) =>
  problemResponse(new SessionKeeperError(code, 'why', { retryable }), retryAfterSeconds);

describe('the answer to a request that was not sent', () => {
  it('is problem+json with the code', async () => {
    const response = answer('session_ended', false);
    expect(response.status).toBe(401);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      type: 'urn:session-keeper:session_ended',
      title: 'why',
      status: 401,
      code: 'session_ended',
      retryable: false,
    });
  });

  it.each([
    ['queue_full', 503],
    ['queue_timeout', 504],
    ['outcome_unknown', 502],
    ['subject_changed', 409],
    ['session_ended', 401],
    ['signed_out', 401],
  ] as const)('to %s has the status %i', async (code, status) => {
    const response = answer(code, true);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ status });
  });

  it('says when to try again only if that may help', () => {
    expect(answer('queue_full', true, 7).headers.get('Retry-After')).toBe('7');
    expect(answer('session_ended', false).headers.has('Retry-After')).toBe(false);
  });

  it('can neither be framed, nor kept, nor run anything', () => {
    const { headers } = answer('queue_full', true);
    expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(headers.get('Content-Security-Policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin');
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Cache-Control')).toBe('no-store');
  });
});
