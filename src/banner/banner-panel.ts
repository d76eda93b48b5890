import { systemClock } from '../shared/clock.js';
import { countDown } from './countdown.js';
import { bannerSheet } from './styles.js';
import type { BannerView } from './view.js';

/**
 * The banner's own elements. They stay in place and only their content changes: a live region has to be there before
 * its text for assistive technology to announce it, and a button that is replaced would lose the keyboard's focus.
 */
export class BannerPanel {
  readonly action = create('button', 'action');
  readonly #banner = create('div', 'banner');
  readonly #title = create('p', 'title');
  readonly #detail = create('p', 'detail');
  readonly #countdown = create('p', 'countdown');
  #stopCountdown: (() => void) | undefined;
  #cameFrom: EventTarget | null = null;

  constructor(root: ShadowRoot) {
    root.adoptedStyleSheets = [bannerSheet()];
    const message = create('div', 'message');
    const announced = create('div', 'announced');
    // Polite: it waits until the person pauses. The countdown stays outside, or it would be read out every second.
    announced.setAttribute('role', 'status');
    this.#countdown.setAttribute('role', 'timer');
    this.action.type = 'button';
    this.action.addEventListener('focus', ({ relatedTarget }) => {
      this.#cameFrom = relatedTarget;
    });
    announced.append(this.#title, this.#detail);
    message.append(announced, this.#countdown);
    this.#banner.append(message, this.action);
    root.append(this.#banner);
    this.show(undefined);
  }

  /** Shows a view; without one the panel takes no room. */
  show(view: BannerView | undefined): void {
    if (view) this.#banner.dataset.tone = view.tone;
    else delete this.#banner.dataset.tone;
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
