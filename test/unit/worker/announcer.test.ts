import { beforeEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../../src/shared/protocol.js';
import type { SessionStatus } from '../../../src/shared/session-status.js';
import { Announcer } from '../../../src/worker/announcer.js';
import { type ManualTime, turn } from './manual-time.js';
import { Browser, workerParts } from './worker-parts.js';

/** What one tab hears. */
class Tab {
  readonly heard: Envelope[] = [];
  postMessage(message: Envelope): void {
    this.heard.push(message);
  }

  get parked(): number[] {
    return this.heard.map(({ event }) => (event?.type === 'status' ? event.status.parkedRequests : -1));
  }
}

let time: ManualTime;
let tabs: Tab[];
let asked: unknown[];
let parkedRequests: number;
let announcer: Announcer;

beforeEach(async () => {
  const browser = new Browser();
  time = browser.time;
  tabs = [new Tab(), new Tab()];
  asked = [];
  parkedRequests = 0;
  const clients = {
    matchAll: async (options: unknown) => {
      asked.push(options);
      return tabs;
    },
  } as unknown as Clients;
  const status = (): SessionStatus => ({
    phase: 'active',
    since: 0,
    grantedScopes: [],
    renewals: 0,
    vault: 'sealed',
    parkedRequests,
  });
  announcer = new Announcer(workerParts(browser).environment, clients, status);
  await time.pass(100);
});

function change(): void {
  parkedRequests += 1;
  announcer.statusChanged();
}

it('what a worker finds when it starts is told after the request that it was started for', async () => {
  const environment = { ...workerParts(new Browser()).environment, setTimer: time.setTimer };
  const clients = { matchAll: async () => tabs } as unknown as Clients;
  const started = new Announcer(environment, clients, () => ({ parkedRequests: 7 }) as SessionStatus);
  started.statusChanged();
  await time.pass(99);
  expect(tabs[0]?.parked).toEqual([]);
  await time.pass(1);
  await turn();
  expect(tabs[0]?.parked).toEqual([7]);
});

describe('a change of the status', () => {
  it('is told to every tab at once, controlled or not', async () => {
    change();
    await turn();
    expect(tabs.map(({ parked }) => parked)).toEqual([[1], [1]]);
    expect(asked).toEqual([{ type: 'window', includeUncontrolled: true }]);
    expect(tabs[0]?.heard[0]).toMatchObject({ channel: 'session-keeper', protocol: 1 });
  });

  it('of several facts in one go is one message', async () => {
    change();
    change();
    change();
    await turn();
    expect(tabs[0]?.parked).toEqual([3]);
  });

  it('soon after another waits, and then tells the latest', async () => {
    change();
    await turn();
    for (let more = 0; more < 50; more++) change();
    await time.pass(99);
    expect(tabs[0]?.parked).toEqual([1]);
    await time.pass(1);
    await turn();
    expect(tabs[0]?.parked).toEqual([1, 51]);
  });

  it('is told at most ten times a second while changes go on', async () => {
    for (let moment = 0; moment < 100; moment++) {
      change();
      await time.pass(10);
    }
    await time.pass(100);
    await turn();
    expect(tabs[0]?.parked.length).toBeLessThanOrEqual(11);
    expect(tabs[0]?.parked.at(-1)).toBe(100);
  });

  it('is followed by silence when nothing else changes', async () => {
    change();
    await time.pass(1000);
    expect(tabs[0]?.parked).toEqual([1]);
    expect(time.pendingTimers).toBe(0);
  });

  it('is told at once again after a pause', async () => {
    change();
    await time.pass(500);
    change();
    await turn();
    expect(tabs[0]?.parked).toEqual([1, 2]);
  });
});

it('an event is told as it is, without delay and every time', async () => {
  const event = { type: 'sign-in-finished', attempt: 'a' } as const;
  await announcer.tell(event);
  await announcer.tell(event);
  expect(tabs[1]?.heard.map((message) => message.event)).toEqual([event, event]);
});
