import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { bodyOf } from './answering.js';
import type { Case } from './ask.js';
import { askInPage } from './ask-in-page.js';
import { type Difference, differencesBetween, type Observation } from './differences.js';
import { INHERENT_DIFFERENCES, type InherentDifference, type Situation } from './inherent-differences.js';
import type { Probe } from './probes.js';
import type { Recorder } from './recorder.js';

const WRONG_INTEGRITY = `sha256-${'A'.repeat(43)}=`;

/** Makes one generated request in a page. `tail` is the end of its path, which no other case may have had. */
export async function observeCase(
  page: Page,
  recorder: Recorder,
  tail: string,
  { ask, answer }: Case,
): Promise<Observation> {
  const right = `sha256-${createHash('sha256').update(bodyOf(answer)).digest('base64')}`;
  const integrity = { none: '', right, wrong: WRONG_INTEGRITY }[ask.integrity];
  const task = { url: recorder.url(ask.to, tail + ask.query), ask, integrity };
  const make = (cache: RequestCache) =>
    recorder.during(answer, async () => [await page.evaluate(askInPage, { ...task, cache })]);
  if (!ask.again) return make(ask.cache);
  // Each by itself: of a request that is tried twice, the second time is not the one that follows.
  const before = await make('default');
  const after = await make(ask.cache);
  return {
    preflights: { ...before.preflights, ...named('again ', after.preflights) },
    requests: { ...before.requests, ...named('again ', after.requests) },
    seen: [...before.seen, ...after.seen],
  };
}

function named(prefix: string, arrivals: Observation['requests']): Observation['requests'] {
  return Object.fromEntries(Object.entries(arrivals).map(([key, arrival]) => [prefix + key, arrival]));
}

export function observeProbe(
  page: Page,
  recorder: Recorder,
  tail: string,
  probe: Probe,
): Promise<Observation> {
  const url = recorder.url('same-origin', tail);
  return recorder.during(probe.answer, async () => [await probe.run(page, url)]);
}

export interface Comparison {
  /** The listed differences that explain something here. */
  readonly inherent: readonly InherentDifference[];
  readonly unexplained: readonly Difference[];
}

export function compareObservations(situation: Situation): Comparison {
  const differences = differencesBetween(situation.without, situation.with);
  const covers = (inherent: InherentDifference) => (difference: Difference) =>
    inherent.covers(difference, situation);
  return {
    inherent: INHERENT_DIFFERENCES.filter((inherent) => differences.some(covers(inherent))),
    unexplained: differences.filter(
      (difference) => !INHERENT_DIFFERENCES.some((inherent) => inherent.covers(difference, situation)),
    ),
  };
}
