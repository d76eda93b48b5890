import type { Page } from '@playwright/test';
import { boxFont } from './box-font.js';

/**
 * What the machine or the browser's version would decide: letters and their hints, line breaks that are weighed, drawn controls, scroll bars,
 * what moves.
 */
const STYLE = `
*, *::before, *::after {
  font-family: Boxes !important; font-synthesis: none !important; text-rendering: geometricPrecision !important;
  text-wrap-style: auto !important; scrollbar-width: none !important;
  transition: none !important; animation: none !important; caret-color: transparent !important;
}
input[type=checkbox] { appearance: none !important; }`;

/** In these each state has a picture. */
export const LOOKS = [
  { name: 'light', colorScheme: 'light', width: 1280 },
  { name: 'dark', colorScheme: 'dark', width: 1280 },
  { name: 'narrow', colorScheme: 'light', width: 360 },
] as const;
export type Look = (typeof LOOKS)[number];

export async function putLook(page: Page, { colorScheme, width }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width, height: 900 });
}

/**
 * Sets the page, with the shadow trees that it has, in letters that look alike on every machine. What is left are places, sizes, colours and
 * the lengths of words, which is what a picture is compared for; the words themselves are in other tests. No Content Security Policy has a say in this.
 */
export async function setInBoxes(page: Page, style = ''): Promise<void> {
  await page.evaluate(
    async ({ font, css }) => {
      const bytes = Uint8Array.from(atob(font), (each) => each.charCodeAt(0));
      document.fonts.add(await new FontFace('Boxes', bytes.buffer, { weight: '1 1000' }).load());
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      const shadows = [...document.querySelectorAll('*')].map(({ shadowRoot }) => shadowRoot);
      for (const root of [document, ...shadows]) root?.adoptedStyleSheets.push(sheet);
    },
    { font: boxFont().toString('base64'), css: STYLE + style },
  );
  // Nothing is under the pointer.
  await page.mouse.move(0, 0);
}
