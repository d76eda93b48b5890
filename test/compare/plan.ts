/** How much is asked of each library. */
export interface ComparePlan {
  readonly accessTokenSeconds: number;
  readonly tabs: number;
  /** How long the tabs call the API. */
  readonly tabsSeconds: number;
  readonly wakeUpTabs: number;
  readonly wakeUpCalls: number;
  readonly lostAnswerSeconds: number;
  readonly outageSeconds: number;
  /** Before the outage, and after it. */
  readonly aroundOutageSeconds: readonly [before: number, after: number];
  readonly stoppedSeconds: number;
  /** Calls one after the other; they are taken in several rounds, by turns with the plain page. */
  readonly timedCalls: number;
}

/** The pause between two calls of a tab. */
export const EVERY_MS = 200;

export const FULL: ComparePlan = {
  accessTokenSeconds: 6,
  tabs: 8,
  tabsSeconds: 45,
  wakeUpTabs: 4,
  wakeUpCalls: 100,
  lostAnswerSeconds: 9,
  outageSeconds: 15,
  aroundOutageSeconds: [2, 9],
  stoppedSeconds: 3,
  timedCalls: 200,
};

/** Only to see that everything works: its figures say little. */
export const SMOKE: ComparePlan = {
  accessTokenSeconds: 3,
  tabs: 2,
  tabsSeconds: 4,
  wakeUpTabs: 2,
  wakeUpCalls: 5,
  lostAnswerSeconds: 4,
  outageSeconds: 4,
  aroundOutageSeconds: [1, 3],
  stoppedSeconds: 1,
  timedCalls: 20,
};

export const callsIn = (seconds: number) => (seconds * 1000) / EVERY_MS;
