import type { Dice } from './dice.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3600_000;

/** How far away the authorization server is. */
export const ROUND_TRIP_MS = 100;

/** How a session stands when the simulation begins. Moments of the simulation. */
export interface Start {
  readonly isPresent: boolean;
  readonly presenceChangesAt: number;
  readonly beganAt: number;
  readonly aheadMs: number;
  readonly incidentAt: number;
}

export interface Habits {
  /** How long a person uses the application, on average; then is away for a while. */
  readonly presentMinutes: number;
  readonly awayMinutes: number;
  /** Between two moments at which the page asks its API, while the person is there. */
  readonly actionSeconds: number;
  /** Everybody is away since Friday, and comes within this span. */
  readonly opening?: { readonly from: number; readonly to: number };
  /** Every page is loaded again within this span, and its worker is a new one. */
  readonly deploy?: { readonly from: number; readonly to: number };
  /** A tenth of the clocks is wrong by up to a day; in this span they are set right. */
  readonly skewedUntil?: { readonly from: number; readonly to: number };
}

export const OFFICE: Habits = { presentMinutes: 20, awayMinutes: 40, actionSeconds: 20 };

/** What people do, drawn from the dice: every stay and every gap is exponential. */
export class People {
  readonly incident: 'clock' | 'reload';
  readonly #habits: Habits;

  constructor(habits: Habits) {
    this.#habits = habits;
    this.incident = habits.skewedUntil ? 'clock' : 'reload';
  }

  start(dice: Dice, lifetimeMs: number): Start {
    const { presentMinutes, awayMinutes, opening, deploy, skewedUntil } = this.#habits;
    const isPresent = !opening && dice.next() < presentMinutes / (presentMinutes + awayMinutes);
    const within = ({ from, to }: { from: number; to: number }) => dice.between(from, to) * SECOND_MS;
    const isSkewed = skewedUntil !== undefined && dice.next() < 0.1;
    return {
      isPresent,
      presenceChangesAt: opening ? within(opening) : this.stay(dice, isPresent),
      beganAt: opening ? -48 * HOUR_MS : -dice.between(0, lifetimeMs),
      aheadMs: isSkewed ? dice.between(-24 * HOUR_MS, 24 * HOUR_MS) : 0,
      incidentAt: isSkewed ? within(skewedUntil) : deploy ? within(deploy) : Number.POSITIVE_INFINITY,
    };
  }

  /** How long somebody who just came stays, or who just left stays away. */
  stay(dice: Dice, isPresent: boolean): number {
    const { presentMinutes, awayMinutes } = this.#habits;
    return dice.gap((isPresent ? presentMinutes : awayMinutes) * MINUTE_MS);
  }

  untilNextAction(dice: Dice): number {
    return dice.gap(this.#habits.actionSeconds * SECOND_MS);
  }
}
