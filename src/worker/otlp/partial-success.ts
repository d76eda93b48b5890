import { isObject } from '../../shared/misuse.js';

/** What a receiver did not take of an export that it answered with success. */
export interface PartialSuccess {
  readonly rejected: number;
  /** The receiver's own words, for developers. */
  readonly message: string;
}

/**
 * Reads it (OTLP 1, "Partial Success"; 64-bit integers are texts). A receiver that takes everything says nothing of it.
 *
 * @returns `undefined` also where the answer cannot be read
 */
export async function partialSuccessOf(response: Response): Promise<PartialSuccess | undefined> {
  const answer: unknown = await response.json().catch(() => undefined);
  const told = isObject(answer) ? answer.partialSuccess : undefined;
  if (!isObject(told)) return undefined;
  const { rejectedLogRecords, rejectedDataPoints, errorMessage } = told;
  const rejected = Number(rejectedLogRecords ?? rejectedDataPoints) || 0;
  const message = String(errorMessage ?? '');
  return rejected > 0 || message ? { rejected, message } : undefined;
}
