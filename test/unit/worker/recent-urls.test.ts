import { beforeEach, expect, it } from 'vitest';
import { RecentUrls } from '../../../src/worker/recent-urls.js';
import { ManualTime } from './manual-time.js';

const ORDERS = 'https://api.example.com/v1/orders';
let time: ManualTime;
let uncured: RecentUrls;

beforeEach(() => {
  time = new ManualTime();
  uncured = new RecentUrls(time);
});

it('a resource that a renewal did not cure is known for a minute', async () => {
  expect(uncured.has(ORDERS)).toBe(false);
  uncured.add(ORDERS);
  await time.pass(59_999);
  expect(uncured.has(ORDERS)).toBe(true);
  await time.pass(1);
  expect(uncured.has(ORDERS)).toBe(false);
});

it('a resource is the same with any query and fragment', () => {
  uncured.add(`${ORDERS}?page=1`);
  expect(uncured.has(`${ORDERS}?page=2#top`)).toBe(true);
  expect(uncured.has(`${ORDERS}/7`)).toBe(false);
  expect(uncured.has('https://other.example.com/v1/orders')).toBe(false);
});

it('a clock that is set back does not make the minute longer', () => {
  uncured.add(ORDERS);
  time.setClock(-3600_000);
  expect(uncured.has(ORDERS)).toBe(false);
});

it('a page that asks for any number of URLs does not fill the memory', () => {
  for (let order = 0; order < 300; order++) uncured.add(`${ORDERS}/${order}`);
  expect(uncured.has(`${ORDERS}/0`)).toBe(false);
  expect(uncured.has(`${ORDERS}/99`)).toBe(false);
  expect(uncured.has(`${ORDERS}/100`)).toBe(true);
  expect(uncured.has(`${ORDERS}/299`)).toBe(true);
});
