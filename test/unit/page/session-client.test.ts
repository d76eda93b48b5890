import { expect, test } from 'vitest';
import { SessionClient } from '../../../src/page/session-client.js';
import type { WorkerEndpoint } from '../../../src/page/worker-endpoint.js';
import type { SessionStatus } from '../../../src/shared/session-status.js';
import { activeStatus } from './active-status.js';

const status = (renewals: number) => activeStatus({ user: { name: 'Ada' }, renewals });

/** A session whose worker answers every call with this status. */
function sessionOf(answer: { value: SessionStatus }) {
  const endpoint = { call: async () => structuredClone(answer.value) } as unknown as WorkerEndpoint;
  const session = new SessionClient(endpoint, status(1));
  const told: SessionStatus[] = [];
  session.subscribe((each) => told.push(each));
  return { session, told };
}

test('a status that the worker tells again is none: the object stays, and nobody is called', async () => {
  const { session, told } = sessionOf({ value: status(1) });
  const { status: before } = session;
  session.receive({ type: 'status', status: status(1) });
  expect(await session.touch('input')).toBe(before);
  expect(session.status).toBe(before);
  expect(told).toEqual([before]);
});

test('a change is told once, to those who still listen, also when it comes as the answer to a command', async () => {
  const answer = { value: status(2) };
  const { session, told } = sessionOf(answer);
  const late: SessionStatus[] = [];
  const stop = session.subscribe((each) => late.push(each));
  const renewed = await session.renew();
  session.receive({ type: 'status', status: status(2) });
  stop();
  session.receive({ type: 'status', status: status(3) });
  expect(renewed).toBe(told[1]);
  expect(told.map(({ renewals }) => renewals)).toEqual([1, 2, 3]);
  expect(late.map(({ renewals }) => renewals)).toEqual([1, 2]);
});
