import { SessionBanner } from './banner/session-banner.js';

if (globalThis.customElements && !customElements.get('session-banner')) {
  customElements.define('session-banner', SessionBanner);
}

export type { BannerSession, SignInMode } from './banner/banner-session.js';
export { addBannerLanguages, type BannerLanguage } from './banner/language.js';
export type { BannerMessages, BannerMessagesInput, BannerProblem } from './banner/messages.js';
export { SessionBanner };
