import type { Api, ApiMatcher } from '../shared/api-matcher.js';
import type { Clock } from '../shared/clock.js';
import { SessionKeeperError } from '../shared/errors.js';
import type { QueuePolicy } from '../shared/policy.js';
import { REQUEST_TAG } from '../shared/request-tag.js';
import type { NetworkErrors } from './network-errors.js';
import type { NetworkRetry } from './network-retry.js';
import { challengeOf } from './oauth/challenge.js';
import type { ResourceRequest } from './oauth/resource-request.js';
import type { Arrival, PageRequests, Sender } from './page-requests.js';
import { problemResponse } from './problem-response.js';
import type { RecentUrls } from './recent-urls.js';
import type { Recovery } from './recovery.js';
import type { RedirectPath } from './redirect-path.js';
import type { Renewal } from './renewal.js';
import { isUsable } from './renewal-schedule.js';
import { ReplayableRequest, untagged } from './replayable-request.js';
import { isLater, type RequestQueue } from './request-queue.js';
import type { Session } from './session.js';
import { isSamePerson, type SessionRecord } from './session-record.js';
import type { StepUpRequests } from './step-up/step-up.js';

interface Parts {
  readonly clock: Clock;
  readonly matcher: ApiMatcher;
  readonly session: Session;
  readonly renewal: Renewal;
  readonly queue: Pick<RequestQueue, 'park' | 'isReleasing'>;
  readonly pages: PageRequests;
  readonly redirectPath: RedirectPath;
  /** They answered 401 to a token just renewed. Renewing again for them would only burden the authorization server. */
  readonly uncured: RecentUrls;
  readonly recovery: Recovery | undefined;
  readonly stepUp?: StepUpRequests;
  readonly resource: Pick<ResourceRequest, 'send'>;
  readonly fetch: typeof fetch;
  readonly origin: string;
  readonly networkErrors: NetworkErrors;
  readonly networkRetry: NetworkRetry;
  /** The largest body that is kept for sending it again. */
  readonly policy: Pick<QueuePolicy, 'maxBodyBytes'>;
  /** Lets parked requests go that the session's credential serves. */
  readonly release: () => void;
}

/** A request on its way. */
export interface Sending {
  readonly arrival: Arrival;
  readonly api: Api;
  readonly sender: Sender;
  readonly replayable: ReplayableRequest;
}

/** How often a request that had no token with a chance on its second way, too, is sent yet again. */
const MORE_TRIES = 3;

/** What is to be done for a request, decided at once. */
export type Route =
  | { readonly kind: 'redirect-path'; readonly url: URL }
  | { readonly kind: 'api'; readonly api: Api }
  /** Not the keeper's, but with the page's tag on it. */
  | { readonly kind: 'untag' };

/** The way of a request: pass, authorize, or park. */
export class FetchHandler {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whose request it is; `undefined` when it is not the keeper's. */
  route(request: Request): Route | undefined {
    const { matcher, redirectPath, origin } = this.#parts;
    const url = new URL(request.url);
    if (redirectPath.answers(request, url)) return { kind: 'redirect-path', url };
    const api = matcher.match(url, request.method);
    // A cross-origin request without CORS cannot carry a credential.
    const canCarry = request.mode === 'cors' || url.origin === origin;
    // Any site can navigate here; a credential, and this origin's name on it, is for the navigations of our own pages.
    const isForeign = request.mode === 'navigate' && !request.referrer.startsWith(`${origin}/`);
    if (api && canCarry && !isForeign && !request.headers.has('Authorization')) return { kind: 'api', api };
    return request.headers.has(REQUEST_TAG) ? { kind: 'untag' } : undefined;
  }

  answer(route: Route, arrival: Arrival): Promise<Response> {
    if (route.kind === 'api') return this.#authorize(arrival, route.api);
    if (route.kind === 'untag') return this.#parts.fetch(untagged(arrival.request));
    return this.#parts.redirectPath.answer(arrival.request, route.url);
  }

  async #authorize(arrival: Arrival, api: Api): Promise<Response> {
    const { session, queue, pages, policy } = this.#parts;
    const { request } = arrival;
    const sender = pages.begin(arrival);
    try {
      if (!session.loaded) await session.load();
      // Before anything else is said of it: with no session now, it may still have been sent with the one that there was.
      // Awaits only where a repetition is possible: the hot path stays without a turn of the event loop.
      if (pages.mayBeRepetition(request) && (await pages.wasSent(request, arrival.clientId)))
        throw new SessionKeeperError(
          'outcome_unknown',
          'The worker was stopped; the API may have the request.',
        );
      if (!session.stored && !session.recovering) return await this.#withoutSession(request);
      // Not earlier: a page may take its time to answer, and the session may have been renewed meanwhile.
      const usable = queue.isReleasing ? undefined : session.usable();
      const sending = {
        arrival,
        api,
        sender,
        replayable: new ReplayableRequest(request, sender.signal, policy.maxBodyBytes),
      };
      // What cannot be sent again is sent with a token that has enough life left.
      const serves = usable && !(sending.replayable.isOneWay && session.isRenewalDue());
      const credential = serves ? usable : await this.#park(sending, { for: usable });
      if (session.isRenewalToStart()) arrival.waitUntil(this.#parts.renewal.ensure());
      return await this.#send(sending, credential);
    } catch (error) {
      return this.#unsent(request, error);
    } finally {
      pages.end(arrival);
    }
  }

  async #send(sending: Sending, credential: SessionRecord): Promise<Response> {
    const { pages, networkErrors } = this.#parts;
    const { arrival, api, sender } = sending;
    const { request, clientId } = arrival;
    try {
      await pages.sending(request, clientId, true);
      const response = await this.#deliver(sending, credential);
      if (response.status !== 401) return response;
      return await this.#refused(sending, credential, response);
    } catch (error) {
      if (!sender.signal.aborted) arrival.waitUntil(networkErrors.explain(request, api));
      throw error;
    }
  }

  #deliver({ arrival, replayable, sender }: Sending, credential: SessionRecord): Promise<Response> {
    const { resource, networkRetry } = this.#parts;
    return networkRetry.run(
      arrival.request,
      () => resource.send(replayable, credential),
      async () => (await replayable.canBeSentAgain()) && !sender.signal.aborted,
    );
  }

  /** Nobody is signed in: the request goes as the page made it. After a session's end it is told why instead. */
  #withoutSession(request: Request): Promise<Response> {
    const status = this.#parts.session.status(0);
    if (status.phase !== 'ended' || !status.problem) return this.#parts.fetch(untagged(request));
    throw new SessionKeeperError('session_ended', status.problem.message);
  }

  /** @param late `refused`: only a later credential will do. `for`: so, unless the renewal fails for now. */
  #park(
    { arrival, sender, replayable }: Sending,
    late: { readonly refused?: SessionRecord; readonly for?: SessionRecord | undefined },
  ): Promise<SessionRecord> {
    const { queue, session, recovery, release } = this.#parts;
    const after = late.refused ?? late.for;
    let isOver = false;
    let isWaiting = true;
    const parked = queue.park({
      sender,
      session: session.stored?.value ?? session.recovering,
      bodyBytes: replayable.bodyBytes,
      measured: replayable.measured(),
      ...(after && { after }),
      settles: () => isOver,
    });
    const settled = () => {
      isWaiting = false;
    };
    parked.then(settled, settled);
    const attempt =
      session.recovering && recovery ? recovery.attempt() : this.#renewFor(after, () => isWaiting);
    arrival.waitUntil(attempt);
    if (late.for)
      void attempt.then(() => {
        isOver = true;
        release();
      });
    return parked;
  }

  /** Where there is a credential by now, none is asked for. A renewal that is joined may be as good as over, and bring none. */
  async #renewFor(after: SessionRecord | undefined, isWaiting: () => boolean): Promise<void> {
    const { session, renewal, release } = this.#parts;
    const isServed = () => {
      const now = session.usable();
      return now && (!after || isLater(now, after));
    };
    if (isServed()) return release();
    await renewal.ensure();
    if (session.stored && isWaiting() && !isServed()) await renewal.ensure();
  }

  /**
   * A navigation never gets an answer of the worker's own, so it is sent as it is, and the server explains. Not after
   * somebody else signed in: a cookie could make it theirs.
   */
  #unsent(request: Request, error: unknown): Promise<Response> | Response {
    if (!(error instanceof SessionKeeperError)) throw error;
    if (request.mode !== 'navigate') return problemResponse(error);
    if (error.code === 'subject_changed') throw error;
    return this.#parts.fetch(request);
  }

  /** 401: once more with a later credential, if there is or can be one (RFC 6750 §3.1, RFC 9110 §15.5.2). */
  async #refused(
    sending: Sending,
    used: SessionRecord,
    response: Response,
    more = MORE_TRIES,
  ): Promise<Response> {
    const { clock, session, renewal, uncured, pages, stepUp } = this.#parts;
    const refusedAt = clock.now();
    const { arrival, replayable } = sending;
    const { request, clientId } = arrival;
    const challenge = await challengeOf(response);
    const { error = 'invalid_token' } = challenge;
    if (error !== 'invalid_token')
      return (
        stepUp?.refused(sending, used, response, challenge, (now) => this.#send(sending, now)) ?? response
      );
    const newer = session.usable();
    const there = newer && isLater(newer, used) ? newer : undefined;
    let credential = there;
    // One that has run out by now explains the 401; one that has not, at a URL known for it, does not.
    if (!there && newer && uncured.has(request.url)) return response;
    if (!(await replayable.canBeSentAgain())) {
      // The page has the 401 of a request that cannot be sent again; its next one is to find another token. Once a minute.
      if (!there) arrival.waitUntil(renewal.ensure().then(() => uncured.add(request.url)));
      return response;
    }
    try {
      await pages.sending(request, clientId, false);
      credential ??= await this.#park(sending, { refused: used });
    } catch (reason) {
      if (reason instanceof SessionKeeperError) return response;
      throw reason;
    }
    if (!isSamePerson(credential, used)) return response;
    await pages.sending(request, clientId, true);
    const [second] = await Promise.all([this.#deliver(sending, credential), response.body?.cancel()]);
    if (second.status !== 401) return second;
    // A token that ran out on the way, or that was not asked for because of this refusal, says nothing about the URL: such a
    // request has not had its chance yet.
    if (more > 0 && (there || credential.beganAt < refusedAt || !isUsable(credential, clock.now())))
      return this.#refused(sending, credential, second, more - 1);
    const now = session.usable();
    if (now && !isLater(now, credential)) uncured.add(request.url);
    return second;
  }
}
