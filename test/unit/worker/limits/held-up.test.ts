import { beforeEach, expect, it } from 'vitest';
import { DemandedStepUp } from '../../../../src/worker/limits/demanded-step-up.js';
import { RecordWatch } from '../../../../src/worker/limits/record-watch.js';
import { UnusualUseReport } from '../../../../src/worker/limits/unusual-use-report.js';
import type { ReplayableRequest } from '../../../../src/worker/replayable-request.js';
import { RECORD } from '../../../../src/worker/session-record.js';
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
  const demanded = new DemandedStepUp(ASKED, session);
  const { send } = demanded.resource({ send: async () => new Response('the API’s') });
  return { session, demanded, send };
}

it('a session that is held up is held up by the next worker too, and sends nothing', async () => {
  await browser.signIn();
  const first = await started();
  first.demanded.demand();
  await turn();
  const next = await started();
  expect(next.demanded.isOpen).toBe(true);
  const answer = await next.send(request, next.session.stored?.value ?? sessionRecord());
  expect(answer.status).toBe(401);
  expect(answer.headers.get('WWW-Authenticate')).toBe(
    'Bearer error="insufficient_user_authentication", acr_values="urn:example:two-factor", max_age="0"',
  );
  expect((await next.send(request, sessionRecord({ attempt: 'another' }))).status).toBe(200);
});

it('the record is not written while a renewal is under way, whose answer would be lost, and is afterwards', async () => {
  await browser.signIn();
  const { session, demanded, send } = await started();
  await browser.vault.commit({ put: [{ name: RECORD.journal, value: { generation: 1, startedAt: 0 } }] });
  const before = session.stored?.version;
  demanded.demand();
  await turn();
  expect(session.stored?.version).toBe(before);
  expect(demanded.isOpen).toBe(true);
  await browser.vault.commit({ remove: [RECORD.journal] });
  await send(request, session.stored?.value ?? sessionRecord());
  await turn();
  expect(session.stored?.value.demanded).toEqual(ASKED);
});

it('a session whose key is another one although nobody signed in is reported, and a sign-in’s is not', async () => {
  const kinds: string[] = [];
  const tell = async () => undefined;
  const report = new UnusualUseReport(browser.time, tell, undefined, (kind) => kinds.push(kind));
  const { session } = await started();
  const watch = new RecordWatch(session, report);
  const look = async (attempt: string, x?: string) => {
    await browser.signIn({ attempt, ...(x && { dpopKey: { x, y: 'y' } }) });
    await session.reload();
    watch.look();
  };
  await look('first', 'one');
  await look('second', 'two');
  expect(kinds).toEqual([]);
  await look('second', 'three');
  expect(kinds).toEqual(['second_key']);
  await browser.time.pass(60_000);
  await look('second');
  expect(kinds).toEqual(['second_key', 'second_key']);
});
