import type { Session, SessionPhase, SessionStatus } from 'session-keeper';
import { demo } from './demo-values.js';
import { doings } from './desk-scopes.js';
import { element, write } from './elements.js';

const WORDS: Readonly<Record<SessionPhase, string>> = {
  'signed-out': 'Signed out',
  'signing-in': 'Signing in…',
  active: 'Signed in',
  limited: 'Signed in, with fewer rights',
  interrupted: 'Waiting for the sign-in service',
  'verification-required': 'Please confirm that it is you',
  ending: 'About to end',
  ended: 'Ended, sign in again',
};

const REFRESH_MS = 250;

/** The session in figures, live, the same in every tab. */
export class SessionPanel {
  readonly #who = element('who', HTMLParagraphElement);
  readonly #phase = element('phase', HTMLParagraphElement);
  readonly #problem = element('problem', HTMLParagraphElement);
  readonly #life = element('life', HTMLDivElement);
  readonly #lifeLeft = element('life-left', HTMLOutputElement);
  readonly #lifeBar = element('life-bar', HTMLProgressElement);
  readonly #renewals = element('renewals', HTMLElement);
  readonly #parked = element('parked', HTMLElement);
  readonly #vault = element('vault', HTMLElement);
  readonly #actions = element('signed-in-actions', HTMLDivElement);
  #accessTokenEndsAt: number | undefined;

  constructor(session: Session) {
    this.#lifeBar.max = demo.accessTokenSeconds * 1000;
    session.subscribe((status) => this.#render(status));
    setInterval(() => this.#count(), REFRESH_MS);
  }

  #render(status: SessionStatus): void {
    const { phase, user } = status;
    this.#phase.dataset.phase = phase;
    write(this.#phase, WORDS[phase]);
    const name = user?.name;
    this.#who.hidden = typeof name !== 'string';
    write(this.#who, typeof name === 'string' ? name : '');
    const wrong = whatIsWrong(status);
    this.#problem.hidden = wrong === '';
    write(this.#problem, wrong);
    write(this.#renewals, String(status.renewals));
    write(this.#parked, String(status.parkedRequests));
    write(this.#vault, status.vault);
    this.#actions.hidden = user === undefined;
    this.#accessTokenEndsAt = status.accessTokenEndsAt;
    this.#count();
  }

  #count(): void {
    this.#life.hidden = this.#accessTokenEndsAt === undefined;
    const leftMs = Math.max(0, (this.#accessTokenEndsAt ?? 0) - Date.now());
    this.#lifeBar.value = leftMs;
    write(this.#lifeLeft, leftMs > 0 ? duration(leftMs) : 'has run out');
  }
}

function whatIsWrong({ problem, missingScopes }: SessionStatus): string {
  const missing = missingScopes && `Not possible right now: ${doings(missingScopes)}.`;
  return [missing, problem && `${problem.message} (${problem.code})`].filter(Boolean).join(' ');
}

function duration(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left`;
}
