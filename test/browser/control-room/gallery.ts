import type { Page } from '@playwright/test';
import type { SessionStatus } from '../../../src/index.js';
import { expect, signIn } from '../../support/order-desk.js';
import type { RoomState } from './states.js';

/** The room with somebody signed in, four tabs and no traffic. */
export async function openRoom(openTab: (path: string) => Promise<Page>): Promise<Page> {
  const room = await openTab('/control-room.html');
  await signIn(room);
  await expect(room.locator('#figures tr')).toHaveCount(9);
  await expect(room.locator('#tabs tr')).toHaveCount(1);
  await room.getByRole('checkbox', { name: 'A request each second' }).uncheck();
  await addTabs(room);
  await expect(room.locator('#tabs tr')).toHaveCount(4);
  return room;
}

/** The room as if its worker had told this. */
export async function show(room: Page, { phase, status }: RoomState): Promise<void> {
  await room.evaluate(
    (changes) => {
      const session = Reflect.get(globalThis, Symbol.for('session-keeper.session'));
      const well: SessionStatus = Reflect.get(globalThis, 'well') ?? session.status;
      Object.assign(globalThis, { well });
      const { user, accessTokenEndsAt, ...nobody } = well;
      const isSomebody = changes.phase !== 'signed-out' && changes.phase !== 'signing-in';
      const status = {
        ...nobody,
        ...(isSomebody && { user }),
        ...(isSomebody && changes.phase !== 'ended' && { accessTokenEndsAt }),
        ...changes,
      };
      navigator.serviceWorker.dispatchEvent(
        new MessageEvent('message', {
          data: { channel: 'session-keeper', event: { type: 'status', status } },
        }),
      );
    },
    { phase, ...status },
  );
}

/** Other tabs, as they tell of themselves: one at work, one whose requests wait, one that had a failure. */
async function addTabs(room: Page): Promise<void> {
  await room.evaluate(() => {
    const channel = new BroadcastChannel('order-desk:tabs');
    const tab = { sent: 1234, answered: 1234, failed: 0, waiting: 0 };
    const settled = { sentAt: Date.now() - 3000, tookMs: 20, isAnswered: true };
    channel.postMessage({ ...tab, tab: 'Order desk a1', settled });
    channel.postMessage({
      ...tab,
      tab: 'Order desk b2',
      answered: 1230,
      waiting: 4,
      settled: { ...settled, tookMs: 2000 },
    });
    channel.postMessage({
      ...tab,
      tab: 'Order desk c3',
      answered: 1233,
      failed: 1,
      settled: { ...settled, isAnswered: false },
    });
    channel.close();
  });
}

/** What the layout gets wrong, in words; nothing where all is well. */
export function layoutFaults(room: Page): Promise<string[]> {
  return room.evaluate(() => {
    const faults: string[] = [];
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > innerWidth) faults.push(`the page is ${scrollWidth} px wide, the window ${innerWidth}`);
    const nameOf = (element: Element) =>
      `${element.localName}${element.id && `#${element.id}`} "${element.textContent?.trim().slice(0, 30)}"`;
    // Said to assistive technology alone, or drawn by the chart; a table of figures may be wider than a phone, and no more than its own box.
    const leftOut = '.unseen, .out, .skip, .timeline, textarea';
    for (const element of document.querySelectorAll<HTMLElement>('header *, main *')) {
      if (!element.checkVisibility() || element.closest(leftOut)) continue;
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const card = element.closest('.card, header')?.getBoundingClientRect();
      if (card && (left < card.left || right > card.right || top < card.top || bottom > card.bottom))
        faults.push(`${nameOf(element)} leaves its card`);
      const isCut =
        element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
      if (isCut && getComputedStyle(element).overflow !== 'visible')
        faults.push(`${nameOf(element)} is cut off`);
    }
    const buttons = [...document.querySelectorAll('button')].filter((button) => button.checkVisibility());
    for (const [index, button] of buttons.entries()) {
      const one = button.getBoundingClientRect();
      for (const next of buttons.slice(index + 1)) {
        const other = next.getBoundingClientRect();
        const isOver =
          one.left < other.right &&
          other.left < one.right &&
          one.top < other.bottom &&
          other.top < one.bottom;
        if (isOver) faults.push(`${nameOf(button)} lies over ${nameOf(next)}`);
      }
    }
    return faults;
  });
}
