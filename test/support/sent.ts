import { expect, type Page } from '@playwright/test';
import type { System } from '../../demo/system.js';

/** How many orders reached the API, each of them once. */
export function expectOrders({ api }: System, count: number): void {
  expect([...api.stats().orderPosts.values()]).toEqual(Array(count).fill(1));
}

/** From now on: each request of the page that was answered with an error, or with nothing. */
export function watchFailures(page: Page): readonly string[] {
  const failures: string[] = [];
  page.on('response', (response) => {
    if (response.status() >= 400) failures.push(`${response.status()} ${response.url()}`);
  });
  page.on('requestfailed', (request) => {
    failures.push(`${request.failure()?.errorText} ${request.url()}`);
  });
  return failures;
}
