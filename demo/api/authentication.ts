import type { Caller } from './access-token.js';

/** What the API wants to know for sure before it does something that costs a lot (RFC 9470 §3). */
export interface Demand {
  readonly acrValues: string;
  readonly maxAgeSeconds: number;
}

/** Orders of more pieces than this are placed only by people who have just shown their second factor. */
export const LARGE_ORDER_QUANTITY = 100;

export const LARGE_ORDER_DEMAND: Demand = { acrValues: 'urn:harbour:two-factor', maxAgeSeconds: 300 };

/** Authorization servers count whole seconds. */
const CLOCK_SECONDS = 1;

/** Whether the caller's token tells of an authentication that is good enough and new enough (RFC 9470 §6.1). */
export function satisfies({ acr, authenticatedAt }: Caller, { acrValues, maxAgeSeconds }: Demand): boolean {
  const ageSeconds = Date.now() / 1000 - (authenticatedAt ?? 0);
  return acrValues.split(' ').includes(acr ?? '') && ageSeconds <= maxAgeSeconds + CLOCK_SECONDS;
}
