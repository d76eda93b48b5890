import { beforeEach, describe, expect, it } from 'vitest';
import type { Sending } from '../../../../src/worker/fetch-handler.js';
import { RequestQueue } from '../../../../src/worker/request-queue.js';
import type { SessionRecord } from '../../../../src/worker/session-record.js';
import { stepUp } from '../../../../src/worker/step-up/create-step-up.js';
import { idToken } from '../fake-id-token.js';
import { turn } from '../manual-time.js';
import { Browser, workerParts } from '../worker-parts.js';

const CHALLENGE = { error: 'insufficient_user_authentication', acr_values: 'two-factors' };
/** The only credential that the API takes. */
const VERIFIED = 'access-verified';

let browser: Browser;

beforeEach(async () => {
  browser = new Browser();
  await browser.signIn({ lifetimeMs: 3600_000 });
});

/** The browser starts its worker, which knows what the vault holds. */
async function startWorker() {
  const parts = workerParts(browser);
  const { session, environment, configuration } = parts;
  const queue = new RequestQueue(configuration.policy.queue, environment, () => undefined);
  const release = () =>
    void queue.release(
      () => session.usable(),
      async () => new Set(['tab']),
    );
  parts.changes.add(() => {
    if (session.usable()) release();
  });
  const pages = { sending: async () => undefined };
  const resource = { send: async () => new Response('') };
  const scope = { location: new URL('https://orders.example.com/service-worker.js') } as never;
  const connected = stepUp().connect({ ...parts, queue, pages, release, resource, scope, seal: undefined });
  await session.load();
  const { maxWaitSeconds } = configuration.policy.queue;
  return { session, ...connected, status: () => session.status(queue.size), maxWaitSeconds };
}

type Worker = Awaited<ReturnType<typeof startWorker>>;

/** The browser hands the page's request to this worker, which sends it to the API. */
function send({ session, stepUp: requests }: Worker): Promise<Response> {
  const sending = {
    arrival: { request: new Request('https://api.example.com/v1/orders'), clientId: 'tab' },
    sender: { signal: new AbortController().signal, pages: ['tab'] },
    replayable: { bodyBytes: 0, canBeSentAgain: async () => true },
  } as unknown as Sending;
  const sendWith = async (credential: SessionRecord): Promise<Response> =>
    credential.accessToken === VERIFIED
      ? new Response('done')
      : requests.refused(sending, credential, new Response('', { status: 401 }), CHALLENGE, sendWith);
  const credential = session.usable();
  if (!credential) throw new Error('there is no session');
  return sendWith(credential);
}

/** The authorization server's answer to a sign-in arrives in this worker. */
async function answerSignIn({ session, signIn }: Worker, url: string): Promise<void> {
  const { searchParams } = new URL(url);
  const [state = '', nonce = ''] = [searchParams.get('state') ?? '', searchParams.get('nonce') ?? ''];
  browser.server.answerNext(() =>
    browser.server.tokens({ access_token: VERIFIED, id_token: idToken({ nonce }) }),
  );
  const answer = new URLSearchParams({ code: 'the-c0de', state });
  const found = await signIn.find(answer);
  if (!found) throw new Error('there is no such sign-in');
  await session.begin(await signIn.finish(answer, found.value), []);
}

describe('a worker that is stopped while a request waits for the person to be verified', () => {
  let next: Worker;
  /** Where the person is asked, by the sign-in that the stopped worker began. */
  let asking: string;

  beforeEach(async () => {
    const stopped = await startWorker();
    void send(stopped);
    await turn();
    expect(stopped.status().phase).toBe('verification-required');
    asking = (await stopped.signIn.begin({ mode: 'popup' })).url;
    next = await startWorker();
  });

  it('forgets what was asked, until the request comes again and is asked for the same', async () => {
    expect(next.status()).toMatchObject({ phase: 'active', parkedRequests: 0 });
    const response = send(next);
    await turn();
    expect(next.status()).toMatchObject({
      phase: 'verification-required',
      verification: { acrValues: ['two-factors'] },
      parkedRequests: 1,
    });
    const { url } = await next.signIn.begin({ mode: 'popup' });
    expect(new URL(url).searchParams.get('acr_values')).toBe('two-factors');
    await answerSignIn(next, url);
    expect(await (await response).text()).toBe('done');
  });

  it('began a sign-in that the next one finishes as what it was asked for', async () => {
    const response = send(next);
    await turn();
    await answerSignIn(next, asking);
    expect(await (await response).text()).toBe('done');
    expect(next.status()).toMatchObject({ phase: 'active', parkedRequests: 0 });
    expect(next.session.stored?.value.verification).toContain('two-factors');
  });

  it('loses nothing where the sign-in is over before the request comes again', async () => {
    await answerSignIn(next, asking);
    expect(await (await send(next)).text()).toBe('done');
  });

  it('leaves the API’s own answer to the request where nobody signs in', async () => {
    const response = send(next);
    await turn();
    await browser.time.pass(next.maxWaitSeconds * 1000);
    expect((await response).status).toBe(401);
  });
});
