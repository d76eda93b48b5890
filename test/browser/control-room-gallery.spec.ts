import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, signIn, test } from '../support/order-desk.js';
import { layoutFaults, openRoom, show } from './control-room/gallery.js';
import { SENTENCES, statesAt } from './control-room/states.js';

// In the fonts of this machine: that nothing is cut off or lies over something, and what axe says. The pictures are kept for a person to
// look at; `control-room-pictures.spec.ts` compares those that look alike on every machine.
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const LOOKS = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 1280 },
  { colorScheme: 'light', width: 360 },
  { colorScheme: 'dark', width: 360 },
] as const;
type Look = (typeof LOOKS)[number];
/** Both colours and both widths once. */
const MAIN_LOOKS = LOOKS.filter(({ colorScheme, width }) => (colorScheme === 'light') === width > 360);
/** What a state changes. */
const CHANGED = ['session-banner', '.told', '.session'];

test.use({ systemOptions: { controlRoom: true, accessTokenSeconds: 600 } });

async function look(room: Page, { colorScheme, width }: Look): Promise<void> {
  await room.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await room.setViewportSize({ width, height: 900 });
}

/** What axe has to say of the room, or of these parts. */
async function violations(room: Page, parts: readonly string[] = []): Promise<string[]> {
  // There are no frames, so nothing has to be put together in a page of its own.
  const axe = new AxeBuilder({ page: room }).setLegacyMode().withTags(WCAG);
  for (const part of parts) axe.include(part);
  const { violations, incomplete } = await axe.analyze();
  return [...violations, ...incomplete].flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}

test('the control room is readable and whole in every state, light and dark, wide and narrow', async ({
  openTab,
}, info) => {
  const room = await openRoom(openTab);

  const states = statesAt(Date.now());
  for (const each of LOOKS) {
    await look(room, each);
    for (const state of MAIN_LOOKS.includes(each) ? states : states.slice(0, 1)) {
      await show(room, state);
      await expect(room.locator('#phase')).toHaveAttribute('data-phase', state.phase);
      const name = `${state.name}-${each.colorScheme}-${each.width}`;
      expect.soft([name, await layoutFaults(room)]).toEqual([name, []]);
      const isWhole = state === states[0];
      await room.screenshot({ fullPage: isWhole, path: info.outputPath(`${name.replaceAll(' ', '-')}.png`) });
      if (state.hasOwnLooks)
        expect.soft([name, await violations(room, isWhole ? [] : CHANGED)]).toEqual([name, []]);
    }
  }

  // The buttons that break something are there for people at work only.
  await show(room, { name: 'signed out', phase: 'signed-out' });
  await expect(room.getByRole('button', { name: 'Sign in to begin' })).toBeVisible();
  await expect(room.getByRole('button', { name: 'Expire now' })).toHaveAttribute('aria-disabled', 'true');
});

test('whatever a lever tells fits, and so does the room while one is at work', async ({ openTab }, info) => {
  const room = await openTab('/control-room.html');
  await signIn(room);
  await room.getByRole('button', { name: 'Step up' }).click();
  await expect(room.locator('#story')).toHaveText(/press Confirm above/);
  await expect(room.getByRole('button', { name: 'Step up' })).toHaveAttribute('aria-busy', 'true');
  for (const each of MAIN_LOOKS) {
    await look(room, each);
    const name = `at-work-${each.colorScheme}-${each.width}`;
    expect.soft([name, await violations(room, [...CHANGED, '.experiments'])]).toEqual([name, []]);
    await room.screenshot({ path: info.outputPath(`${name}.png`) });
    for (const sentence of SENTENCES) {
      await room.locator('#story').evaluate((story, text) => {
        story.textContent = text;
      }, sentence);
      expect.soft([name, sentence, await layoutFaults(room)]).toEqual([name, sentence, []]);
    }
  }
});
