import { SessionBanner } from './banner/session-banner.js';

if (globalThis.customElements && !customElements.get('session-banner')) {
  customElements.define('session-banner', SessionBanner);
}

export type { BannerSession, SignInMode } from './banner/banner-session.js';
export type { BannerMessages, BannerMessagesInput } from './banner/messages.js';
export { SessionBanner };
