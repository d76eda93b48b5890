import { currentSession, SESSION_READY_EVENT } from '../shared/current-session.js';
import type { SessionStatus } from '../shared/session-status.js';
import { BannerPanel } from './banner-panel.js';
import type { BannerSession, SignInMode } from './banner-session.js';
import { onLanguagesAdded, replaceMessages } from './language.js';
import type { BannerMessages, BannerMessagesInput } from './messages.js';
import { tagsAround, watchTagsAround } from './page-language.js';
import { type BannerCommand, type BannerView, codeOf, viewOf, withFailure } from './view.js';
import { Wording } from './wording.js';

// A server that renders the page has no HTMLElement; importing the banner there must do nothing.
const ElementBase: typeof HTMLElement = globalThis.HTMLElement ?? class {};

/**
 * `<session-banner>`: tells the person what state the session is in and offers the next step. It shows nothing while
 * all is well, and finds the session of `registerSessionKeeper` by itself.
 *
 * Attribute `sign-in`: `redirect` (default) or `popup`, which keeps the page and falls back to a redirect, as the
 * person's choice, where the browser blocks the window. Before the absolute limit, while the page is at work, the sign-in is
 * always beside it. Attribute `phase` is set by the element, for styling. Attribute `lang`, its own or the closest one around it: the language, where
 * `addBannerLanguages` added it; otherwise English.
 */
export class SessionBanner extends ElementBase {
  #session: BannerSession | undefined;
  #replaced: BannerMessagesInput = {};
  #panel: BannerPanel | undefined;
  #unsubscribe: (() => void) | undefined;
  #stopWatching: (() => void)[] = [];
  #view: BannerView | undefined;
  /** Why the last command failed; true of the phase it was given in, so the next phase forgets it. */
  #failure: { readonly code: string | undefined } | undefined;

  /** The session to show. Default: the one that `registerSessionKeeper` made on this page. */
  get session(): BannerSession | undefined {
    return this.#session;
  }

  set session(session: BannerSession | undefined) {
    this.#session = session;
    if (this.isConnected) this.#follow();
  }

  /**
   * The texts in use. Assign some of them to replace those, in every language; the others stay.
   *
   * @throws TypeError where a text is unknown, not a string or has a placeholder of its own; the message names it.
   */
  get messages(): BannerMessages {
    return this.#wording().messages;
  }

  set messages(messages: BannerMessagesInput) {
    this.#replaced = replaceMessages(this.#replaced, messages);
    this.#renderAnew();
  }

  connectedCallback(): void {
    this.#takeEarlyProperty('session');
    this.#takeEarlyProperty('messages');
    this.#panel ??= this.#createPanel();
    globalThis.addEventListener(SESSION_READY_EVENT, this.#adopt);
    globalThis.addEventListener('pageshow', this.#shown);
    this.#stopWatching = [onLanguagesAdded(this.#renderAnew), watchTagsAround(this, this.#renderAnew)];
    this.#adopt();
    this.#follow();
  }

  disconnectedCallback(): void {
    globalThis.removeEventListener(SESSION_READY_EVENT, this.#adopt);
    globalThis.removeEventListener('pageshow', this.#shown);
    for (const stop of this.#stopWatching) stop();
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#panel?.hide();
  }

  /** A property assigned before the element was defined hides the accessor; assign it again, through that. */
  #takeEarlyProperty(name: 'session' | 'messages'): void {
    if (!Object.hasOwn(this, name)) return;
    const value = Reflect.get(this, name);
    Reflect.deleteProperty(this, name);
    Reflect.set(this, name, value);
  }

  readonly #adopt = (): void => {
    if (this.#session) return;
    this.session = currentSession<BannerSession>();
  };

  /** Out of the back/forward cache: the sign-in that left the page is not under way any more. */
  readonly #shown = (): void => {
    if (this.#panel) this.#panel.busy = false;
  };

  #createPanel(): BannerPanel {
    const panel = new BannerPanel(this.attachShadow({ mode: 'open' }));
    panel.action.addEventListener('click', () => void this.#act());
    return panel;
  }

  #follow(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = this.#session?.subscribe((status) => this.#render(status));
    if (!this.#session) this.#panel?.hide();
  }

  #render(status: SessionStatus): void {
    if (this.getAttribute('phase') !== status.phase) this.#failure = undefined;
    this.setAttribute('phase', status.phase);
    const wording = this.#wording();
    const view = viewOf(status, wording);
    this.#view = view && this.#failure ? withFailure(view, this.#failure.code, wording) : view;
    if (this.#view) this.#panel?.show(this.#view, wording);
    else this.#panel?.hide();
  }

  readonly #renderAnew = (): void => {
    if (this.#unsubscribe && this.#session) this.#render(this.#session.status);
  };

  #wording(): Wording {
    return new Wording(tagsAround(this), this.#replaced);
  }

  async #act(): Promise<void> {
    const panel = this.#panel;
    const session = this.#session;
    const command = this.#view?.action?.command;
    if (!panel || !session || !command || panel.busy) return;
    if (command === 'reload') return location.reload();
    panel.busy = true;
    const { phase } = session.status;
    try {
      if (command === 'renew') await session.renew();
      else if (command === 'stay') await session.staySignedIn();
      // Where that failed, the person is asked.
      else
        await session.signIn({
          mode: this.#signInMode(command),
          silent: command === 'continue' && !this.#failure,
        });
      // Asked in vain, which the status does not tell: it is as before.
      if (command === 'sign-in-again' && phase === 'limited' && session.status.phase === phase)
        this.#fail('insufficient_scope');
    } catch (error) {
      this.#fail(codeOf(error));
    } finally {
      panel.busy = false;
    }
  }

  #fail(code: string | undefined): void {
    this.#failure = { code };
    if (this.#session) this.#render(this.#session.status);
  }

  #signInMode(command: BannerCommand): SignInMode {
    const failed = this.#failure?.code;
    const keepsPage = command === 'sign-in-again' || this.getAttribute('sign-in') === 'popup';
    if (failed === 'draft_not_kept') return 'popup';
    return keepsPage && failed !== 'popup_blocked' ? 'popup' : 'redirect';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'session-banner': SessionBanner;
  }
}
