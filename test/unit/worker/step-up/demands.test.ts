import { beforeEach, expect, it } from 'vitest';
import { SessionKeeperError } from '../../../../src/shared/errors.js';
import { comeBack } from '../../../../src/worker/comeback.js';
import type { ReplayableRequest } from '../../../../src/worker/replayable-request.js';
import { RequestQueue } from '../../../../src/worker/request-queue.js';
import { RECORD } from '../../../../src/worker/session-record.js';
import { silentFrame } from '../../../../src/worker/silent-frame.js';
import { stepUp } from '../../../../src/worker/step-up/create-step-up.js';
import { Demands } from '../../../../src/worker/step-up/demands.js';
import { heldUpResource } from '../../../../src/worker/step-up/held-up-resource.js';
import { unavailable } from '../../../../src/worker/vault/database.js';
import { idToken } from '../fake-id-token.js';
import { turn } from '../manual-time.js';
import { Browser, sessionRecord, workerParts } from '../worker-parts.js';

const ASKED = { maxAgeSeconds: 0, acrValues: ['urn:example:two-factor'] };
const PARAMETERS = { acr_values: 'urn:example:two-factor', max_age: '0' };
/** By the authorization server's clock, which has nothing to do with the device's. */
const ISSUED_AT = 5_000_000;
const TOOK_SECONDS = 60;
const request = {} as ReplayableRequest;
let browser: Browser;

beforeEach(() => {
  browser = new Browser();
});

/** A session of a sign-in that took a minute. */
const signedIn = (claims: Record<string, unknown>) => ({
  attempt: 'second',
  subject: 'ada',
  idToken: idToken({ iat: ISSUED_AT, ...claims }),
  signedInAt: TOOK_SECONDS * 1000,
});

const by = (parameters: Readonly<Record<string, string>> | undefined) => ({ parameters, startedAt: 0 });

async function started() {
  const { session } = workerParts(browser);
  await session.reload();
  const noted: string[] = [];
  const demands = new Demands({
    session,
    vault: browser.vault,
    auditLog: { note: (kind, cause) => void noted.push(`${kind} ${cause}`) },
    onDemand: () => undefined,
  });
  const { send } = heldUpResource({ send: async () => new Response('the API’s') }, demands);
  return { session, demands, noted, send };
}

it('a session that is held up is held up by the next worker too, and sends nothing', async () => {
  await browser.signIn();
  const first = await started();
  await first.demands.demand('requests', ASKED);
  const next = await started();
  expect(next.demands.open).toEqual(ASKED);
  const answer = await next.send(request, next.session.stored?.value ?? sessionRecord());
  expect(answer.status).toBe(401);
  expect(answer.headers.get('WWW-Authenticate')).toBe(
    'Bearer error="insufficient_user_authentication", acr_values="urn:example:two-factor", max_age="0"',
  );
  expect((await next.send(request, sessionRecord({ attempt: 'another' }))).status).toBe(200);
});

it('the record is not written while a renewal is under way, whose answer would be lost, and is afterwards', async () => {
  await browser.signIn();
  const { session, demands, send } = await started();
  await browser.vault.commit({ put: [{ name: RECORD.journal, value: { generation: 1, startedAt: 0 } }] });
  const before = session.stored?.version;
  expect(await demands.demand('requests', ASKED)).toBe(true);
  expect(session.stored?.version).toBe(before);
  expect(demands.open).toEqual(ASKED);
  await browser.vault.commit({ remove: [RECORD.journal] });
  await send(request, session.stored?.value ?? sessionRecord());
  await turn();
  expect(session.stored?.value.demanded).toEqual(ASKED);
});

it('a worker that is stopped while a renewal is under way leaves the demand to the next, which writes it after that', async () => {
  await browser.signIn();
  await browser.vault.commit({ put: [{ name: RECORD.journal, value: { generation: 1, startedAt: 0 } }] });
  const stopped = await started();
  await stopped.demands.demand('requests', ASKED);

  const next = await started();
  expect((await next.send(request, next.session.stored?.value ?? sessionRecord())).status).toBe(401);
  expect(next.demands.open).toEqual(ASKED);
  expect(next.noted).toEqual([]);
  await next.demands.write();
  await browser.vault.commit({ remove: [RECORD.journal] });
  await next.demands.write();
  expect(next.session.stored?.value.demanded).toEqual(ASKED);
  expect(await browser.vault.names('demand')).toEqual([]);
});

it('sends nothing as long as the vault does not say what is demanded, and then what it says', async () => {
  await browser.signIn();
  const { session, send } = await started();
  const credential = session.stored?.value ?? sessionRecord();
  const { read } = browser.vault;
  browser.vault.read = () => Promise.reject(unavailable());
  const unsent = await send(request, credential);
  expect([unsent.status, (await unsent.json()).code]).toEqual([503, 'vault_unavailable']);
  browser.vault.read = read;
  expect(await (await send(request, credential)).text()).toBe('the API’s');
});

it('what a script wrote over the demand holds nobody up: it could have deleted it', async () => {
  await browser.signIn();
  const { session, send } = await started();
  const unreadable = new SessionKeeperError('vault_unreadable', 'garbage');
  browser.vault.read = () => Promise.reject(unreadable);
  const answer = await send(request, session.stored?.value ?? sessionRecord());
  expect(answer.status).toBe(200);
});

it('a demand that was left over from another session holds nobody up', async () => {
  await browser.signIn();
  await browser.vault.commit({ put: [{ name: RECORD.journal, value: { generation: 1, startedAt: 0 } }] });
  await (await started()).demands.demand('requests', ASKED);
  await browser.signIn({ attempt: 'another' });
  const { demands, session, send } = await started();
  expect((await send(request, session.stored?.value ?? sessionRecord())).status).toBe(200);
  expect(demands.open).toBeUndefined();
});

it('several reasons at once ask once, for what the first one asks', async () => {
  await browser.signIn();
  const { demands, noted, session } = await started();
  await Promise.all([
    demands.demand('absence', ASKED),
    demands.demand('network', { maxAgeSeconds: 60 }),
    demands.demand('requests', { maxAgeSeconds: 60 }),
  ]);
  expect(noted).toEqual(['step-up-demanded absence']);
  expect(session.stored?.value.demanded).toEqual(ASKED);
  const next = await started();
  await next.demands.demand('network', ASKED);
  expect(next.noted).toEqual([]);
});

it('what holds the session up begins another epoch, so that the record of before is none that counts', async () => {
  await browser.signIn({ epoch: { mark: 'M'.repeat(43), secret: 'the secret' } });
  const { demands, session } = await started();
  await demands.demand('absence', ASKED);
  expect(session.stored?.value).toMatchObject({ demanded: ASKED, epoch: undefined });
});

it('a sign-in of the same person that asked for less leaves it; one that asked for it, or another person’s, does not', async () => {
  const networks = { known: ['home'], isNext: false };
  await browser.signIn({ networks });
  const { demands } = await started();
  const ada = signedIn({ auth_time: ISSUED_AT });
  // Nobody may have been asked anything: where the person is has yet to become known.
  expect(demands.carried(ada, by(undefined))).toEqual({ networks });
  await demands.demand('network', ASKED);
  for (const less of [undefined, { max_age: '0' }, { ...PARAMETERS, max_age: '99' }])
    expect(demands.carried(ada, by(less))).toEqual({ demanded: ASKED, networks });
  expect(demands.carried(ada, by(PARAMETERS))).toEqual({ networks: { known: ['home'], isNext: true } });
  expect(demands.carried({ ...ada, subject: 'grace' }, by(undefined))).toEqual({});
});

it.each<[string, Record<string, unknown>, boolean]>([
  ['just now', { auth_time: ISSUED_AT - TOOK_SECONDS - 5 }, true],
  ['and how', { auth_time: ISSUED_AT, acr: 'urn:example:two-factor' }, true],
  ['before the sign-in began', { auth_time: ISSUED_AT - TOOK_SECONDS - 6 }, false],
  ['in another way', { auth_time: ISSUED_AT, acr: 'urn:example:password' }, false],
  ['at no time', {}, false],
])('a server that says that it asked the person %s', async (_, claims, isVerified) => {
  await browser.signIn();
  const { demands } = await started();
  await demands.demand('network', ASKED);
  const carried = demands.carried(signedIn(claims), by(PARAMETERS));
  expect(carried.demanded).toEqual(isVerified ? undefined : ASKED);
});

it('a session that a silent frame brings back is held up as before, also where that was not written yet', async () => {
  browser.server.metadata = { ...browser.server.metadata, response_modes_supported: ['form_post'] };
  await browser.signIn({ networks: { known: ['home'], isNext: false } });
  const parts = workerParts(browser, { silentFrame: silentFrame(), stepUp: stepUp() });
  const { session } = parts;
  await session.load();
  const { demands, signIn } = stepUp().connect({
    ...parts,
    queue: new RequestQueue(parts.configuration.policy.queue, parts.environment, () => undefined),
    pages: { sending: async () => undefined },
    release: () => undefined,
    resource: { send: async () => new Response('') },
    scope: {} as never,
    seal: undefined,
  });
  await browser.vault.commit({ put: [{ name: RECORD.journal, value: { generation: 1, startedAt: 0 } }] });
  await demands.demand('network', ASKED);
  if (session.stored) await session.end(new SessionKeeperError('rotation_lost', 'lost'), session.stored);
  expect(session.recovering).toBeDefined();

  const { url } = await signIn.begin({ mode: 'frame', silent: true });
  const { searchParams } = new URL(url);
  const nonce = searchParams.get('nonce') ?? '';
  browser.server.answerNext(() => browser.server.tokens({ id_token: idToken({ nonce }) }));
  const answer = new URLSearchParams({ code: 'the-c0de', state: searchParams.get('state') ?? '' });
  const found = await signIn.find(answer);
  if (!found) throw new Error('there is no such sign-in');
  expect(
    await comeBack({ session, vault: browser.vault }, await signIn.finish(answer, found.value), []),
  ).toBe(true);
  expect(session.stored?.value).toMatchObject({
    demanded: ASKED,
    networks: { known: ['home'], isNext: false },
  });
});
