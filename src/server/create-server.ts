import { EPOCH_HEADER, type EpochQuestion } from '../shared/epoch.js';
import type { PolicyDocument } from '../shared/policy-document.js';
import { answerEvents } from './events/answer-events.js';
import type { SessionKeeperServer, SessionKeeperServerOptions } from './options.js';
import { problem } from './problem.js';
import { isRedirectPath, redirectSink } from './redirect-sink.js';
import {
  emptyEpoch,
  markOf,
  mayMint,
  mintSealCookie,
  readSealCookie,
  sealCookieName,
  sealCookieOf,
} from './seal-cookie.js';
import { sealScript } from './sealed-worker.js';
import { withHeaders } from './security-headers.js';
import { readSettings, type ServerSettings } from './settings.js';
import {
  epochQuestion,
  isNetworkQuestion,
  isPolicyQuestion,
  isWorkerScriptRequest,
  looksForWorker,
  serverQuestion,
} from './worker-request.js';

/**
 * The server's part of a session: it serves the sealed worker script, answers the redirect URI when no worker does,
 * refuses other workers, and gives the origin's security headers. It keeps no state and needs the Fetch API and
 * WebCrypto only, so any number of servers with the same keys act as one.
 *
 * @throws TypeError that names the option, the value and what is allowed.
 */
export function createSessionKeeperServer(options: SessionKeeperServerOptions): SessionKeeperServer {
  const settings = readSettings(options);
  const atRedirectPath = (request: Request) =>
    isRedirectPath(new URL(request.url).pathname, settings.redirectPath);
  const sink = () => redirectSink(settings.signInLost, settings.pageHeaders);

  return {
    async handle(request) {
      if (atRedirectPath(request)) return sink();
      if (new URL(request.url).pathname === settings.workerPath) return answerWorkerPath(request, settings);
      if (looksForWorker(request)) return refuseOtherWorker(settings);
      return undefined;
    },
    async secure(request, response) {
      if (!atRedirectPath(request)) {
        if (isSecured(response, settings)) return response;
        return withHeaders(response, headersFor(request, settings)) ?? response;
      }
      // Whatever stands there, a framework's error or a page of the app, would rest on a URL that holds a code.
      await response.body?.cancel().catch(() => undefined);
      return sink();
    },
    async headers(request) {
      return atRedirectPath(request) ? sink().headers : headersFor(request, settings);
    },
    fail(request) {
      if (atRedirectPath(request)) return sink();
      const detail = 'The server could not answer this request.';
      return problem({ status: 500, title: 'Internal Server Error', detail }, settings.pageHeaders);
    },
  };
}

function headersFor(request: Request, settings: ServerSettings): Headers {
  const { pageHeaders, formerCallback } = settings;
  const isFramed = formerCallback?.path === new URL(request.url).pathname;
  const headers = new Headers(isFramed ? formerCallback.headers : pageHeaders);
  const name = sealCookieName(publicOrigin(request, settings));
  if (name !== undefined && mayMint(request)) {
    const { state } = readSealCookie(name, request.headers.get('cookie'));
    if (state === 'absent') {
      headers.append('set-cookie', mintSealCookie(name));
      // A shared cache that stored this answer would give one browser's id to others.
      headers.set('cache-control', 'no-store');
    }
  }
  return headers;
}

async function answerWorkerPath(request: Request, settings: ServerSettings): Promise<Response> {
  const refuse = (detail: string, code?: 'seal_missing') =>
    problem(
      { status: 403, title: 'Worker script refused', detail, ...(code ? { code } : {}) },
      settings.pageHeaders,
    );
  const question = epochQuestion(request);
  if (question) return answerEpoch(question, request, settings);
  const { events, pageHeaders, readPolicy } = settings;
  if (readPolicy && isPolicyQuestion(request)) return answerPolicy(await readPolicy(), pageHeaders);
  const asked = events && serverQuestion(request);
  if (asked) return answerEvents(asked, request, events, pageHeaders);
  if (isNetworkQuestion(request)) return answerNetwork(request, settings);
  if (!isSealedScriptUrl(request, settings)) return refuse('The worker script has no query.');
  if (!isWorkerScriptRequest(request)) {
    return refuse(
      "The sealed script is given to the registration of a classic service worker, to nobody else's.",
    );
  }
  const name = sealCookieName(publicOrigin(request, settings));
  if (name === undefined) {
    const detail =
      'The seal needs https, or http on localhost. Behind a proxy that ends TLS set the option "origin".';
    return refuse(detail, 'seal_missing');
  }
  const cookie = readSealCookie(name, request.headers.get('cookie'));
  if (cookie.state === 'absent') {
    const detail = "The seal's cookie is missing. Pages have to be served with the headers of secure().";
    return refuse(detail, 'seal_missing');
  }
  if (cookie.state === 'doubtful') {
    const detail =
      "The seal's cookie is doubled, altered or has a lookalike. Clear the cookies of this origin.";
    return refuse(detail, 'seal_missing');
  }
  const [seal, script] = await Promise.all([
    settings.deriveSeal(cookie.browserId),
    settings.readWorkerScript(),
  ]);
  return new Response(sealScript({ scope: settings.scope, ...seal }, script), {
    headers: settings.workerHeaders,
  });
}

/**
 * So long a browser answers `now` from its HTTP cache, which no script can write to. The answer is a function of the cookie, and stored for
 * a request with that cookie alone (`Vary`, RFC 9111 §4.1), so it never gets wrong; the hour is for a cache that goes by neither.
 */
const STORED = { 'cache-control': 'private, max-age=3600', vary: 'Cookie' };

/** No document can be made of an answer without a body, so it needs none of a page's headers: every worker waits for it when it starts. */
async function answerEpoch(
  question: EpochQuestion,
  request: Request,
  settings: ServerSettings,
): Promise<Response> {
  const answer = (mark: string, more: Record<string, string> = {}) =>
    new Response(null, {
      status: 204,
      // Where the cookie has none that can be trusted, no session counts.
      headers: { 'cache-control': 'no-store', [EPOCH_HEADER]: mark || emptyEpoch(), ...more },
    });
  const name = sealCookieName(publicOrigin(request, settings));
  if (name === undefined) return answer('');
  const cookie = readSealCookie(name, request.headers.get('cookie'));
  const present = cookie.state === 'present' ? cookie.epoch : '';
  const given = request.headers.get(EPOCH_HEADER) ?? '';
  // Another worker may have begun one since: an end that comes late is none of that.
  const isOver = question === 'end' && cookie.state === 'present' && given !== '' && given !== present;
  if (question === 'now') return answer(present, present ? STORED : {});
  if (isOver) return answer(present);
  const epoch = question === 'next' ? await markOf(given) : emptyEpoch();
  return answer(epoch, { 'set-cookie': sealCookieOf(name, cookie, epoch) });
}

function answerPolicy(document: PolicyDocument, security: Headers): Response {
  const headers = new Headers(security);
  headers.set('content-type', 'application/json');
  headers.set('cache-control', 'no-store');
  return new Response(JSON.stringify(document), { headers });
}

/** For this browser's worker alone; a script of the page that asks is refused, and so is everybody where the option is not set. */
async function answerNetwork(request: Request, settings: ServerSettings): Promise<Response> {
  const { networkMarks, pageHeaders } = settings;
  const refuse = (detail: string) =>
    problem({ status: 403, title: 'No mark of the network', detail }, pageHeaders);
  if (!networkMarks) return refuse('The option "network" is not set.');
  const name = sealCookieName(publicOrigin(request, settings));
  const cookie = name && readSealCookie(name, request.headers.get('cookie'));
  const found = cookie && cookie.state === 'present' && (await networkMarks(request, cookie.browserId));
  if (!found) return refuse('The request is not one of this browser’s worker.');
  if ('doubt' in found) return refuse(found.doubt);
  const headers = new Headers(pageHeaders);
  headers.set('content-type', 'text/plain; charset=utf-8');
  headers.set('cache-control', 'no-store');
  return new Response(found.marks, { headers });
}

/** An answer of `handle`, or one that passed `secure` before: the sealed script's own policy must stay alone. */
function isSecured(
  response: Response,
  { pageHeaders, workerHeaders, formerCallback }: ServerSettings,
): boolean {
  const policy = response.headers.get('content-security-policy');
  return [pageHeaders, workerHeaders, formerCallback?.headers].some(
    (ours) => ours !== undefined && ours.get('content-security-policy') === policy,
  );
}

/** No query at all, not even an empty one: each URL that serves the script is one more registration to think of. */
function isSealedScriptUrl({ url }: Request, { workerPath }: ServerSettings): boolean {
  return url === new URL(url).origin + workerPath;
}

function refuseOtherWorker({ pageHeaders, workerPath }: ServerSettings): Response {
  const detail = `The only service worker of this origin is ${workerPath}.`;
  return problem({ status: 403, title: 'Worker refused', detail }, pageHeaders);
}

function publicOrigin(request: Request, { origin }: ServerSettings): URL {
  return origin ?? new URL(request.url);
}
