import { expect, test } from '@playwright/test';
import { PictureBook } from '../support/pictures/picture-book.js';
import { LOOKS, putLook, setInBoxes } from '../support/pictures/steady-looks.js';
import { serveBannerPage } from './banner/banner-page.js';
import { openGallery } from './banner/gallery.js';
import { STATES } from './banner/states.js';

/** No banner begins at part of a pixel, whatever stands above it. */
const STYLE = 'main { display: grid; grid-auto-rows: 320px; align-items: start; }';

let site: Awaited<ReturnType<typeof serveBannerPage>>;

test.use({ timezoneId: 'UTC', locale: 'en-US' });
test.beforeAll(async () => {
  site = await serveBannerPage();
});
test.afterAll(() => site.close());

test('each state of the banner looks as in its picture: in light, in dark and narrow', async ({ page }) => {
  const book = new PictureBook('banner');
  await openGallery(page, site.url);
  await setInBoxes(page, STYLE);
  const banners = page.locator('session-banner');
  for (const look of LOOKS) {
    await putLook(page, look);
    for (const [index, { name }] of STATES.entries()) {
      const banner = banners.nth(index);
      // There is nothing to see while all is well.
      if (await banner.isVisible()) await book.expect(banner, name, look);
      else expect(name).toBe('active');
    }
  }
  book.expectNoOthers();
});
