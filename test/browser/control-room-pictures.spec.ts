import type { Page } from '@playwright/test';
import { expect, test } from '../support/order-desk.js';
import { PictureBook } from '../support/pictures/picture-book.js';
import { LOOKS, putLook, setInBoxes } from '../support/pictures/steady-looks.js';
import { NOW } from './banner/states.js';
import { openRoom, show } from './control-room/gallery.js';
import { statesAt } from './control-room/states.js';

/** The chart is drawn with letters that no style sheet reaches. */
const STYLE = '#timeline > * { display: none; }';
const EARLIER = NOW - 600_000;

test.use({
  systemOptions: { controlRoom: true, accessTokenSeconds: 600 },
  timezoneId: 'UTC',
  locale: 'en-US',
});

/** From now on no time passes for the room, its worker tells it nothing, and its figures are round ones. */
async function holdStill(room: Page): Promise<void> {
  await room.clock.pauseAt(NOW);
  await room.evaluate((accessTokenEndsAt) => {
    const isFromWorker = (event: Event) => event.isTrusted && event.stopImmediatePropagation();
    navigator.serviceWorker.addEventListener('message', isFromWorker, { capture: true });
    const { status } = Reflect.get(globalThis, Symbol.for('session-keeper.session'));
    Object.assign(globalThis, { well: { ...status, accessTokenEndsAt, renewals: 3 } });
    const fill = () => {
      for (const cell of document.querySelectorAll('td'))
        if (cell.textContent !== '10') cell.textContent = '10';
    };
    // Answers that were on their way arrive yet.
    new MutationObserver(fill).observe(document.body, { childList: true, subtree: true });
    fill();
  }, NOW + 480_000);
}

test('each state of the control room looks as in its picture: in light, in dark and narrow', async ({
  context,
  openTab,
}) => {
  // More than fifty pictures of a whole page.
  test.setTimeout(240_000);
  await context.clock.install({ time: EARLIER });
  const room = await openRoom(openTab);
  await holdStill(room);
  await setInBoxes(room, STYLE);

  const book = new PictureBook('control-room');
  // Last the one in which all is well, and levers work.
  const states = [...statesAt(NOW)].reverse();
  for (const look of LOOKS) {
    await putLook(room, look);
    for (const state of states) {
      await show(room, state);
      await expect(room.locator('#phase')).toHaveAttribute('data-phase', state.phase);
      await book.expect(room, state.name, look, { fullPage: state === states.at(-1) });
    }
  }

  // A lever that is at work for as long as nobody confirms.
  const lever = room.getByRole('button', { name: 'Step up' });
  await lever.click();
  await expect(room.locator('#story')).toHaveText(/press Confirm above/);
  await expect(lever).toHaveAttribute('aria-busy', 'true');
  await room.mouse.move(0, 0);
  for (const look of LOOKS) {
    await putLook(room, look);
    await book.expect(room, 'at work', look, { fullPage: true });
  }
  book.expectNoOthers();
});
