import { doings } from '../desk-scopes.js';

/** What a burst of requests came to, as the page saw it. */
export interface BurstOutcome {
  readonly sent: number;
  readonly answered: number;
  readonly longestSeconds: number;
}

/** What is told of an experiment: from the page, from what the worker counted, and from the servers. */
export interface Evidence {
  readonly burst?: BurstOutcome;
  /** Renewals that the worker counted, and token requests for one that the server counted. */
  readonly renewals: number;
  readonly tokenRequests: number;
  /** Requests that the worker sent again. */
  readonly replays: number;
  /** Why the session is over, where it is. */
  readonly code?: string;
  /** Whether the worker made a lost answer good. */
  readonly recovered?: boolean;
  readonly missingScopes?: readonly string[];
  /** From the cause to the page's hearing of it. */
  readonly tookSeconds?: number;
}

const requests = (count: number) => `${count} ${count === 1 ? 'request' : 'requests'}`;
const seconds = (count: number) => `${count.toFixed(1)} s`;

/** What the person would have noticed. */
function noticed({ sent, answered, longestSeconds }: BurstOutcome): string {
  if (answered < sent) return `${sent - answered} of ${requests(sent)} failed.`;
  return `All ${requests(sent)} were answered, the slowest after ${seconds(longestSeconds)}: the page noticed nothing else.`;
}

const asked = ({ tokenRequests }: Evidence) =>
  `The authorization server counted ${tokenRequests} token ${tokenRequests === 1 ? 'request' : 'requests'}.`;

export function tellExpired(evidence: Evidence & { readonly burst: BurstOutcome }): string {
  return `The API refused every token from before this click. The worker got a new one and sent ${requests(evidence.replays)} again. ${asked(evidence)} ${noticed(evidence.burst)}`;
}

export function tellRevoked({ code }: Evidence): string {
  return code
    ? `The authorization server took the session back and refused its renewal, so it ended (${code}). What is on the page stays, and one sign-in goes on from here.`
    : 'The authorization server took the session back, and the worker has not heard of it yet: it will at the next renewal.';
}

export function tellSignedOutElsewhere({ code, tookSeconds = 0 }: Evidence): string {
  return `A second device signed in as you and signed out everywhere. This browser heard of it after ${seconds(tookSeconds)} and gave its tokens up (${code ?? 'no code'}), in every tab.`;
}

export function tellOutage(
  evidence: Evidence & { readonly burst: BurstOutcome },
  outageSeconds: number,
): string {
  return `The authorization server answered 503 for ${outageSeconds} s, just when a token was needed. ${requests(evidence.burst.sent)} waited in the worker and went out when it was back. ${noticed(evidence.burst)}`;
}

export function tellLostAnswer({ code, recovered }: Evidence): string {
  if (recovered)
    return 'The answer to a renewal was lost on its way. The worker asked again, the authorization server took the same refresh token once more, and the page noticed nothing.';
  return code
    ? `The answer to a renewal was lost on its way. This authorization server takes a refresh token once and never again, so the session ended (${code}). One click brings it back; with a grace, as after --refresh-tokens grace, nobody would have noticed.`
    : 'The answer to a renewal was lost on its way, and the session is as it was.';
}

export function tellSlow(
  evidence: Evidence & { readonly burst: BurstOutcome },
  { tokenSeconds, apiSeconds }: { readonly tokenSeconds: number; readonly apiSeconds: number },
): string {
  return `For a few seconds the token endpoint took ${tokenSeconds} s and the API ${apiSeconds} s longer. ${asked(evidence)} ${noticed(evidence.burst)}`;
}

export function tellNarrowed({ missingScopes = [] }: Evidence): string {
  return missingScopes.length > 0
    ? `The authorization server left ${missingScopes.join(', ')} out of this renewal, so ${doings(missingScopes)} is not possible now; everything else works on. The way back: Ask again above, or this button once more. At the order desk, try to approve an order.`
    : WIDENED;
}

export const WIDENED =
  'The authorization server grants everything again, the worker has taken it, and nothing else on the page has changed.';

export function tellClock(
  evidence: Evidence & { readonly burst: BurstOutcome },
  { aheadSeconds, leftSeconds }: { readonly aheadSeconds: number; readonly leftSeconds: number },
): string {
  if (aheadSeconds === 0) return `The API’s clock is right again. ${noticed(evidence.burst)}`;
  return `The API’s clock jumped ${aheadSeconds} s ahead, so there a new token lives ${leftSeconds} s. The worker believes the API’s 401 more than any clock: it renewed, and sent again. ${noticed(evidence.burst)} Leave it so, and see the token requests per session and hour rise on both sides.`;
}

export function tellSecondDevice(refreshTokens: number): string {
  return `A second device signed in as you, with a session of its own, and placed an order. The authorization server now keeps ${refreshTokens} refresh tokens of yours; this session noticed nothing.`;
}

export const STEP_UP_ASKED =
  'An order of 500 needs to know for sure that it is you. The API asked for a second factor, and the order waits in the worker: press Confirm above. Everything else goes on meanwhile.';

export function tellStepUp(isPlaced: boolean): string {
  return isPlaced
    ? 'You confirmed that it is you, and the order that had waited was sent, once.'
    : 'It was not confirmed that it is you, so the page got the API’s own refusal, and nothing was ordered.';
}

export const KILL_ASKED =
  'A page has no way to stop its worker. In Chrome open DevTools, Application, Service workers, and press Stop; in Firefox about:debugging, This Firefox. Or leave this page alone with requests switched off: browsers stop an idle worker after half a minute.';

export const KILLED =
  'The worker was stopped and started again. It opened its sealed vault and went on with the same session: no sign-in, and the page noticed nothing.';
