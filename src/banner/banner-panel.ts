import { systemClock } from '../shared/clock.js';
import { countDown } from './countdown.js';
import { bannerSheet } from './styles.js';
import type { BannerView } from './view.js';
import type { Wording } from './wording.js';

/**
 * The banner's own elements. They stay in place and only their content changes: a live region has to be there before
 * its text for assistive technology to announce it, and a button that is replaced would lose the keyboard's focus.
 */
export class BannerPanel {
  readonly action = create('button', 'action');
  readonly #banner = create('div', 'banner');
  /** Polite: it waits until the person pauses. */
  readonly #status = create('div', 'announced');
  /** At once, in the middle of whatever is read. */
  readonly #alert = create('div', 'announced');
  readonly #title = create('p', 'title');
  readonly #detail = create('p', 'detail');
  readonly #countdown = create('p', 'countdown');
  #stopCountdown: (() => void) | undefined;
  #cameFrom: EventTarget | null = null;

  constructor(root: ShadowRoot) {
    root.adoptedStyleSheets = [bannerSheet()];
    const message = create('div', 'message');
    this.#status.setAttribute('role', 'status');
    this.#alert.setAttribute('role', 'alert');
    // Outside both, or it would be read out every second.
    this.#countdown.setAttribute('role', 'timer');
    // «Continue» alone, which is all that a person hears who comes to it by Tab, does not say what of.
    this.#title.id = 'title';
    this.action.setAttribute('aria-describedby', this.#title.id);
    this.action.type = 'button';
    this.action.addEventListener('focus', ({ relatedTarget }) => {
      this.#cameFrom = relatedTarget;
    });
    message.append(this.#status, this.#alert, this.#countdown);
    this.#banner.append(message, this.action);
    root.append(this.#banner);
    this.hide();
  }

  show(view: BannerView, { lang, dir, messages }: Wording): void {
    this.#banner.lang = lang;
    this.#banner.dir = dir;
    this.#banner.setAttribute('role', 'region');
    this.#banner.setAttribute('aria-label', messages.label);
    this.#banner.dataset.tone = view.tone;
    this.#write(view);
  }

  /** Takes no room any more; a region without content would be a place to go to for nothing. */
  hide(): void {
    this.#banner.removeAttribute('role');
    this.#banner.removeAttribute('aria-label');
    delete this.#banner.dataset.tone;
    this.#write();
  }

  #write(view?: BannerView): void {
    const region = view?.isUrgent ? this.#alert : this.#status;
    // Moved only where the urgency changes: what is moved is announced again.
    if (this.#title.parentElement !== region) region.append(this.#title, this.#detail);
    write(this.#title, view?.title);
    write(this.#detail, view?.detail);
    const isFocused = this.action.matches(':focus');
    write(this.action, view?.action?.label);
    // Where the button goes away under the focus, that goes back to what the person was doing.
    if (isFocused && this.action.hidden && this.#cameFrom instanceof HTMLElement) this.#cameFrom.focus();
    this.#countDown(view?.countdown);
  }

  /** Marks the action as under way; it keeps the focus, which a disabled button would lose. */
  set busy(busy: boolean) {
    if (busy) this.action.setAttribute('aria-disabled', 'true');
    else this.action.removeAttribute('aria-disabled');
  }

  get busy(): boolean {
    return this.action.hasAttribute('aria-disabled');
  }

  #countDown(countdown: BannerView['countdown']): void {
    this.#stopCountdown?.();
    this.#stopCountdown = countdown
      ? countDown(countdown.endsAt, systemClock, (seconds) => write(this.#countdown, countdown.text(seconds)))
      : undefined;
    if (!countdown) write(this.#countdown, undefined);
  }
}

/** Leaves unchanged text alone, so that nothing is announced twice. */
function write(element: HTMLElement, text: string | undefined): void {
  if (element.textContent !== (text ?? '')) element.textContent = text ?? '';
  element.hidden = !text;
}

function create<K extends 'div' | 'p' | 'button'>(name: K, part: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  element.setAttribute('part', part);
  return element;
}
