import { beforeEach, expect, it } from 'vitest';
import type { ReplayableRequest } from '../../../../src/worker/replayable-request.js';
import { RECORD } from '../../../../src/worker/session-record.js';
import { Demands } from '../../../../src/worker/step-up/demands.js';
import { turn } from '../manual-time.js';
import { Browser, sessionRecord, workerParts } from '../worker-parts.js';

const ASKED = { maxAgeSeconds: 0, acrValues: ['urn:example:two-factor'] };
const request = {} as ReplayableRequest;
let browser: Browser;

beforeEach(() => {
  browser = new Browser();
});

async function started() {
  const { session } = workerParts(browser);
  await session.reload();
  const noted: string[] = [];
  const demands = new Demands({
    session,
    auditLog: { note: (kind, cause) => void noted.push(`${kind} ${cause}`) },
    onDemand: () => undefined,
  });
  const { send } = demands.resource({ send: async () => new Response('the API’s') });
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
  expect(await demands.demand('requests', ASKED)).toBe(false);
  expect(session.stored?.version).toBe(before);
  expect(demands.open).toEqual(ASKED);
  await browser.vault.commit({ remove: [RECORD.journal] });
  await send(request, session.stored?.value ?? sessionRecord());
  await turn();
  expect(session.stored?.value.demanded).toEqual(ASKED);
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
  await browser.signIn();
  const { demands } = await started();
  await demands.demand('absence', ASKED);
  const parameters = { acr_values: 'urn:example:two-factor', max_age: '0' };
  const ada = { attempt: 'second', subject: 'ada' };
  expect(demands.leftBy(ada, undefined)).toEqual(ASKED);
  expect(demands.leftBy(ada, { max_age: '0' })).toEqual(ASKED);
  expect(demands.leftBy(ada, { ...parameters, max_age: '99' })).toEqual(ASKED);
  expect(demands.leftBy(ada, parameters)).toBeUndefined();
  expect(demands.leftBy({ attempt: 'second', subject: 'grace' }, undefined)).toBeUndefined();
});
