import { describe, expect, it } from 'vitest';
import { fromWire, SessionKeeperError } from '../../../src/shared/errors.js';
import { toWire } from '../../../src/worker/wire-error.js';

describe('an error on its way to a page', () => {
  it('keeps code, text and whether to try again, and nothing else', () => {
    const cause = new Response('{"refresh_token":"secret"}');
    const error = new SessionKeeperError('renewal_failed', 'later', { retryable: true, cause });
    expect(toWire(error)).toEqual({ code: 'renewal_failed', message: 'later', retryable: true });
  });

  it('comes out as the same error', () => {
    const error = fromWire(toWire(new SessionKeeperError('queue_full', 'full', { retryable: true })));
    expect(error).toBeInstanceOf(SessionKeeperError);
    expect(error).toMatchObject({ code: 'queue_full', message: 'full', retryable: true });
  });

  it('is invalid_configuration when an option was wrong', () => {
    const error = new TypeError('option issuer is missing');
    expect(toWire(error)).toEqual({
      code: 'invalid_configuration',
      message: error.message,
      retryable: false,
    });
  });

  it.each([
    ['another error', new RangeError('deep'), 'deep'],
    ['no error at all', 'thrown text', 'thrown text'],
    ['nothing', undefined, 'undefined'],
  ])('is worker_failed for %s', (_, thrown, message) => {
    expect(toWire(thrown)).toEqual({ code: 'worker_failed', message, retryable: false });
  });
});
