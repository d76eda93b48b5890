import type { Span } from './load.js';
import { type Habits, OFFICE } from './people.js';
import type { Outage } from './token-server.js';

/** The fleet settles down in the first hour; the next half shows what is normal. */
const SETTLED = 3600;
const INCIDENT = 5400;
/** Long enough for those who renewed together to do it again. */
const END = 9000;
const OUTAGE: Outage = { from: INCIDENT, to: INCIDENT + 600 };

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly habits: Habits;
  readonly outage?: Outage;
  /** The server takes so many times the steady mean; more is answered 429 with `Retry-After: 30`. */
  readonly capacity?: number;
  /** What its figures are about; its end is the end of the simulation. */
  readonly span: Span;
}

/** What is normal: the same in every scenario but Monday's, until something happens. */
export const NORMAL: Span = { from: SETTLED, to: INCIDENT };

export const STEADY: Scenario = {
  name: 'steady',
  title: 'Steady state',
  habits: OFFICE,
  span: NORMAL,
};

export const OUTAGE_OF_TEN_MINUTES: Scenario = {
  name: 'outage',
  title: 'The authorization server is away for 10 minutes',
  habits: OFFICE,
  outage: OUTAGE,
  span: { from: OUTAGE.to, to: END },
};

export const OVERLOAD: Scenario = {
  name: 'overload',
  title: 'The same, and it takes no more than 3 times the steady mean afterwards',
  habits: OFFICE,
  outage: OUTAGE,
  capacity: 3,
  span: { from: OUTAGE.to, to: END },
};

export const DEPLOY: Scenario = {
  name: 'deploy',
  title: 'A deploy updates every worker within 5 minutes',
  habits: { ...OFFICE, deploy: { from: INCIDENT, to: INCIDENT + 300 } },
  span: { from: INCIDENT, to: END },
};

export const MONDAY: Scenario = {
  name: 'monday',
  title: 'Monday morning: everybody comes within 30 minutes',
  habits: { ...OFFICE, opening: { from: 600, to: 2400 } },
  span: { from: 600, to: END },
};

export const SKEW: Scenario = {
  name: 'skew',
  title: 'A tenth of the clocks is wrong by up to a day, and set right within half an hour',
  habits: { ...OFFICE, skewedUntil: { from: INCIDENT, to: INCIDENT + 1800 } },
  span: { from: SETTLED, to: END },
};
