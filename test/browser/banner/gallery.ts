import type { Page } from '@playwright/test';
import type { SessionStatus } from '../../../src/shared/session-status.js';
import { NOW, STATES } from './states.js';

/** All states below each other, each in a banner with a session of its own, at a moment that does not pass. */
export async function openGallery(page: Page, url: string): Promise<void> {
  await page.clock.setFixedTime(NOW);
  await page.goto(url);
  await page.evaluate((states) => {
    document.querySelector('session-banner')?.remove();
    for (const { name, status, clicked } of states) {
      const command = async () => {
        if (clicked === 'unanswered') await new Promise(() => undefined);
        if (typeof clicked === 'object' && clicked.failsWith)
          throw Object.assign(new Error('technical words'), { code: clicked.failsWith });
      };
      const session = {
        status: {
          phase: 'active',
          since: 0,
          grantedScopes: [],
          renewals: 0,
          parkedRequests: 0,
          vault: 'sealed',
          ...status,
        } satisfies SessionStatus,
        subscribe(listener: (status: SessionStatus) => void) {
          listener(this.status);
          return () => undefined;
        },
        signIn: command,
        renew: command,
        staySignedIn: command,
      };
      const heading = document.createElement('h2');
      heading.textContent = name;
      heading.lang = 'en';
      const banner = Object.assign(document.createElement('session-banner'), { session });
      document.querySelector('main')?.append(heading, banner);
      if (clicked) banner.shadowRoot?.querySelector('button')?.click();
    }
  }, STATES);
}

/** What the layout of a banner gets wrong, in words; nothing where all is well. */
export function layoutFaults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > innerWidth) faults.push(`the page is ${scrollWidth} px wide, the window ${innerWidth}`);
    for (const banner of document.querySelectorAll('session-banner')) {
      const name = banner.previousElementSibling?.textContent;
      const part = (wanted: string) => banner.shadowRoot?.querySelector<HTMLElement>(`[part=${wanted}]`);
      const [panel, message, action] = [part('banner'), part('message'), part('action')];
      if (!panel || !message || !action) throw new Error('a part is missing');
      const outer = panel.getBoundingClientRect();
      if (!action.textContent) {
        if (outer.height > 0) faults.push(`${name}: takes room`);
        continue;
      }
      for (const element of panel.querySelectorAll<HTMLElement>('*')) {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        const isOutside =
          left < outer.left || right > outer.right || top < outer.top || bottom > outer.bottom;
        const isClipped =
          element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1;
        if (element.offsetParent && (isOutside || isClipped)) {
          faults.push(`${name}: ${element.getAttribute('part')} is cut off`);
        }
      }
      const button = action.getBoundingClientRect();
      if (button.width < 24 || button.height < 24) faults.push(`${name}: the button is too small`);
      const text = message.getBoundingClientRect();
      const isBeside = button.top < text.bottom;
      const isRightToLeft = document.dir === 'rtl';
      // Beside the text the button stands at its end, below it under the text's start.
      const isInOrder = isBeside
        ? isRightToLeft
          ? button.right <= text.left
          : button.left >= text.right
        : Math.abs(isRightToLeft ? button.right - text.right : button.left - text.left) < 1;
      if (!isInOrder) faults.push(`${name}: the button is on the wrong side`);
      const { borderLeftWidth, borderRightWidth } = getComputedStyle(panel);
      const isMarkedLeft = Number.parseFloat(borderLeftWidth) > Number.parseFloat(borderRightWidth);
      if (isMarkedLeft === isRightToLeft) faults.push(`${name}: the mark is on the wrong side`);
    }
    return faults;
  });
}
