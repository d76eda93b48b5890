import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { serveBannerPage } from './banner/banner-page.js';
import { layoutFaults, openGallery } from './banner/gallery.js';
import { STATES } from './banner/states.js';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Their looks differ in all that the banner's styles can do; the others only in the length of their texts. */
const LOOKED_AT = ['en', 'ar'];
const LANGUAGES = [...LOOKED_AT, 'de', 'fr', 'es', 'ja'];

let site: Awaited<ReturnType<typeof serveBannerPage>>;

test.use({ timezoneId: 'UTC' });
test.beforeAll(async () => {
  site = await serveBannerPage();
});
test.afterAll(() => site.close());

const banners = (page: Page) => page.locator('session-banner');

/** The page's language, as an application changes it; its banners follow. */
async function speak(page: Page, lang: string): Promise<void> {
  await page.evaluate((to) => {
    document.documentElement.lang = to;
    document.dir = to === 'ar' ? 'rtl' : 'ltr';
  }, lang);
  const panel = banners(page).last().locator('[part=banner]');
  await expect(panel).toHaveAttribute('lang', lang);
  await expect(panel).toHaveAttribute('dir', lang === 'ar' ? 'rtl' : 'ltr');
}

/** What axe has to say of the banners. */
async function violations(page: Page, ...without: string[]): Promise<string[]> {
  const { violations, incomplete } = await new AxeBuilder({ page })
    .withTags(WCAG)
    .disableRules(without)
    .analyze();
  return [...violations, ...incomplete].flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  );
}

test('every state, in every language, light and dark, wide and narrow, is readable, whole and in order', async ({
  page,
}, info) => {
  await openGallery(page, site.url);
  // After the banners, as a language that is loaded when it is wanted.
  await page.evaluate(() => addAllLanguages());
  await expect(banners(page)).toHaveCount(STATES.length);
  for (const lang of LANGUAGES) {
    await speak(page, lang);
    const isLookedAt = LOOKED_AT.includes(lang);
    for (const colorScheme of isLookedAt ? (['light', 'dark'] as const) : (['light'] as const)) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const width of [1280, 360, 320, 280]) {
        await page.setViewportSize({ width, height: 800 });
        const look = `${lang}-${colorScheme}-${width}`;
        expect.soft([look, await layoutFaults(page)]).toEqual([look, []]);
        if (width === 360 || (isLookedAt && width === 1280)) {
          await page.screenshot({ fullPage: true, path: info.outputPath(`${look}.png`) });
        }
        if (isLookedAt && width >= 360) {
          expect.soft([look, await violations(page)]).toEqual([look, []]);
        }
      }
    }
  }
});

test('forced colours: every state keeps its text, its button and the place of the focus', async ({
  page,
}, info) => {
  await openGallery(page, site.url);
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  // The colours are the person's own; axe takes them for one and the same on a button.
  expect(await violations(page, 'color-contrast')).toEqual([]);
  const button = banners(page).nth(1).getByRole('button');
  const looks = await button.evaluate((element) => {
    const plain = document.body.appendChild(document.createElement('button'));
    return [element, plain].map((each) => {
      const { color, backgroundColor, borderTopColor } = getComputedStyle(each);
      return { color, backgroundColor, borderTopColor };
    });
  });
  expect(looks[0]).toEqual(looks[1]);
  expect(looks[0]?.borderTopColor).not.toBe(looks[0]?.backgroundColor);
  await button.focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await expect(button).toBeFocused();
  await expect(button).toHaveCSS('outline-style', 'solid');
  await expect(button).toHaveCSS('outline-width', '2px');
  await page.screenshot({ fullPage: true, path: info.outputPath('forced-colors.png') });
});

test('nothing moves for a person who does not want that', async ({ page }) => {
  await openGallery(page, site.url);
  const moving = () =>
    banners(page).evaluateAll((all) =>
      all.map((each) => getComputedStyle(each.shadowRoot?.querySelector('div') ?? each).animationName),
    );
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  expect(new Set(await moving())).toEqual(new Set(['none', 'arrive']));
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(new Set(await moving())).toEqual(new Set(['none']));
});
