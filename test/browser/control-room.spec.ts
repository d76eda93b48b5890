import type { Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { expect, signIn, statusOf, test } from '../support/order-desk.js';
import { stopWorkers } from '../support/stop-workers.js';

test.use({ systemOptions: { controlRoom: true } });

const story = (room: Page) => room.locator('#story');
const answered = (room: Page) => room.locator('#tabs td').nth(2);
const failed = (room: Page) => room.locator('#tabs td').nth(3);

async function press(room: Page, name: string): Promise<void> {
  await room.getByRole('button', { name }).click();
}

/** Presses, and waits for the sentence. */
async function tell(room: Page, name: string, sentence: RegExp): Promise<void> {
  await press(room, name);
  await expect(story(room)).toHaveText(sentence);
}

const stats = ({ authorizationServer }: System) => authorizationServer.stats();

const NOTICED_NOTHING =
  /All 5 requests were answered, the slowest after [\d.]+ s: the page noticed nothing else\.$/;

test('each button does what it says, and the sentence is what the servers saw', async ({
  openTab,
  context,
  system,
}) => {
  const { api } = system;
  const problems: string[] = [];
  context.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) problems.push(message.text());
  });
  const room = await openTab('/control-room.html');
  await signIn(room);

  await test.step('expire now', async () => {
    await tell(room, 'Expire now', NOTICED_NOTHING);
    await expect(story(room)).toContainText('The authorization server counted 1 token request.');
    expect(stats(system).refreshes).toBe(1);
    expect(api.stats().requests.filter(({ status }) => status === 401).length).toBeGreaterThanOrEqual(5);
  });

  await test.step('slow network', async () => {
    await tell(room, 'Slow network', NOTICED_NOTHING);
    await expect(story(room)).toContainText('The authorization server counted 1 token request.');
    expect(stats(system).refreshes).toBe(2);
  });

  await test.step('sign-in service down', async () => {
    await press(room, 'Sign-in service down');
    await expect(story(room)).toContainText('The authorization server is down for 4 s');
    await expect(room.locator('#parked')).not.toHaveText('0');
    await expect(story(room)).toHaveText(NOTICED_NOTHING);
    expect(stats(system).tokenRequests.filter(({ outcome }) => outcome === 'lost').length).toBeGreaterThan(0);
    expect(stats(system).refreshes).toBe(3);
  });

  await test.step('narrow the scopes, and not', async () => {
    await tell(
      room,
      'Narrow the scopes',
      /left orders:approve out of this renewal, so approving orders is not possible now;.* The way back: Ask again above, or this button/,
    );
    expect(await statusOf(room)).toMatchObject({ phase: 'limited', missingScopes: ['orders:approve'] });
    await expect(room.locator('#problem')).toHaveText('Not possible right now: approving orders.');
    await tell(room, 'Narrow the scopes', /grants everything again/);
    expect((await statusOf(room)).phase).toBe('active');
  });

  await test.step('jump the API’s clock, and back', async () => {
    await tell(room, 'Jump the API’s clock', /jumped 45 s ahead, so there a new token lives 15 s/);
    await expect(story(room)).toContainText('All 5 requests were answered');
    await tell(room, 'Jump the API’s clock', /^The API’s clock is right again\. All 5/);
  });

  await test.step('kill the worker', async () => {
    await tell(room, 'Kill the worker', /^A page has no way to stop its worker/);
    await stopWorkers(room);
    await expect(story(room)).toHaveText(/opened its sealed vault and went on with the same session/);
  });

  await test.step('second device', async () => {
    await tell(room, 'Second device', /now keeps 2 refresh tokens of yours/);
    expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(2);
  });

  await test.step('step up', async () => {
    await tell(room, 'Step up', /the order waits in the worker: press Confirm above/);
    const opening = context.waitForEvent('page');
    await room.locator('session-banner').getByRole('button', { name: 'Confirm' }).click();
    await (await opening).getByRole('button', { name: 'Confirm' }).click();
    await expect(story(room)).toHaveText(/was sent, once\.$/);
    expect([...api.stats().orderPosts.values()]).toEqual([1, 1]);
  });

  await test.step('both sides agree', async () => {
    const row = room.getByRole('row', { name: /^Renewed/ }).getByRole('cell');
    const { refreshes } = stats(system);
    await expect(row).toHaveText([String(refreshes), String(refreshes)]);
    await expect(failed(room)).toHaveText('0');
    expect(Number(await answered(room).textContent())).toBeGreaterThan(20);
    await expect(room.locator('#timeline canvas')).toHaveCount(2);
    expect(problems).toEqual([]);
  });

  await test.step('report for support', async () => {
    await press(room, 'Make a report');
    await expect(room.locator('#report')).toHaveValue(/^\{/);
    const report = JSON.parse(await room.locator('#report').inputValue());
    expect(report.status.phase).toBe('active');
    expect(report.worker.latest.map(({ name }: { name: string }) => name)).toContain('session.began');
    expect(JSON.stringify(report)).not.toMatch(/\bada\b|Lovelace|eyJ|localhost/);
    await context.grantPermissions(['clipboard-write']);
    await press(room, 'Copy');
    await expect(room.locator('#report-copied')).toHaveText('Copied.');
  });

  await test.step('sign out elsewhere', async () => {
    await tell(
      room,
      'Sign out elsewhere',
      /heard of it after 0\.\d s and gave its tokens up \(signed_out_elsewhere\)/,
    );
    expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(0);
    await expect(room.getByRole('button', { name: 'Expire now' })).toHaveAttribute('aria-disabled', 'true');
  });
});

test('a session that is lost is told as lost', async ({ openTab, system }) => {
  const room = await openTab('/control-room.html');
  await signIn(room);
  await tell(room, 'Lose an answer', /so the session ended \(rotation_lost\)/);
  expect(stats(system).reuseDetections).toBe(1);
  await room.context().clearCookies({ name: /^as_/ });
  await signIn(room);
  await tell(room, 'Revoke', /refused its renewal, so it ended \(session_revoked\)/);
  expect(system.authorizationServer.liveRefreshTokens('ada')).toBe(0);
});
