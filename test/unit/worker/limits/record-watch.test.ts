import { expect, it } from 'vitest';
import { RecordWatch } from '../../../../src/worker/limits/record-watch.js';
import { UnusualUseReport } from '../../../../src/worker/limits/unusual-use-report.js';
import { Browser, workerParts } from '../worker-parts.js';

it('a session whose key is another one although nobody signed in is reported, and a sign-in’s is not', async () => {
  const browser = new Browser();
  const kinds: string[] = [];
  const tell = async () => undefined;
  const report = new UnusualUseReport(browser.time, tell, undefined, (kind) => kinds.push(kind));
  const { session } = workerParts(browser);
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
