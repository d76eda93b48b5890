import { SessionKeeperError, type WireError } from '../shared/errors.js';

/** What a page may know of an error: never its cause, which may hold a response. */
export function toWire(error: unknown): WireError {
  if (error instanceof SessionKeeperError) {
    return { code: error.code, message: error.message, retryable: error.retryable };
  }
  return {
    code: error instanceof TypeError ? 'invalid_configuration' : 'worker_failed',
    message: error instanceof Error ? error.message : String(error),
    retryable: false,
  };
}
