import type { BrowserContext, Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { expect, fillSignInForm, inPage, signIn, statusOf, test, timeStatus } from '../support/order-desk.js';

/** What the API asks for before a large order: see `demo/api/authentication.ts`. */
const ASKED = { acrValues: ['urn:harbour:two-factor'], maxAgeSeconds: 300 };

/** An order of more pieces than may be placed without a second factor; the API's status, and its problem's code or its challenge. */
function placeLargeOrder(tab: Page, { api }: System, id: string): Promise<[number, string]> {
  return tab.evaluate(
    async ([url, id]) => {
      const body = JSON.stringify({ id, product: 'rope', quantity: 500 });
      const response = await fetch(String(url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const { code = '' } = await response.json();
      return [response.status, response.headers.get('www-authenticate') ?? code] as [number, string];
    },
    [`${api.origin}/v1/orders`, id],
  );
}

async function untilAsked(tab: Page, parkedRequests = 1): Promise<void> {
  await expect
    .poll(() => statusOf(tab))
    .toMatchObject({ phase: 'verification-required', verification: ASKED, parkedRequests });
}

/** The person clicks; the authorization server's page comes in a window of its own. */
async function openConfirmation(tab: Page, context: BrowserContext): Promise<Page> {
  const opening = context.waitForEvent('page');
  await inPage(tab, (session) => {
    Object.assign(globalThis, {
      confirmed: session.signIn({ mode: 'popup' }).then(
        ({ phase }) => phase,
        ({ code }) => code,
      ),
    });
  });
  return opening;
}

const confirmed = (tab: Page) => tab.evaluate<string>('confirmed');

async function confirm(popup: Page): Promise<void> {
  const closed = popup.waitForEvent('close');
  await popup.getByRole('button', { name: 'Confirm' }).click();
  await closed;
}

/** A virtual authenticator for this window, with these passkeys on it. */
async function plugIn(
  popup: Page,
  passkeys: readonly object[] = [],
  changes: { isUserVerified?: boolean } = {},
) {
  const devtools = await popup.context().newCDPSession(popup);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      ...changes,
    },
  });
  for (const credential of passkeys)
    await devtools.send('WebAuthn.addCredential', { authenticatorId, credential: credential as never });
  const made = new Promise<readonly object[]>((resolve) => {
    devtools.on('WebAuthn.credentialAdded', ({ credential }) => resolve([credential]));
  });
  return { passkeys: made };
}

test.describe('a checkout over the amount', () => {
  test('the person confirms in a popup, and the order arrives exactly once', async ({
    tab,
    context,
    system,
  }) => {
    const order = placeLargeOrder(tab, system, 'five-hundred');
    await untilAsked(tab);
    // The rest of the desk works on meanwhile.
    expect(await timeStatus(tab, system)).toBe(200);
    expect(system.api.stats().orderPosts.get('five-hundred')).toBeUndefined();

    const popup = await openConfirmation(tab, context);
    await confirm(popup);

    expect(await confirmed(tab)).toBe('active');
    expect(await order).toEqual([201, '']);
    expect(system.api.stats().orderPosts.get('five-hundred')).toBe(1);
    expect((await statusOf(tab)).verification).toBeUndefined();
    // For a while nobody is asked again.
    expect(await placeLargeOrder(tab, system, 'five-hundred-more')).toEqual([201, '']);
    await inPage(tab, (session) => session.renew());
    expect(await placeLargeOrder(tab, system, 'after-a-renewal')).toEqual([201, '']);
  });

  test('with the banner: one button, and what was typed is still there', async ({
    desk,
    context,
    system,
  }) => {
    await desk.getByLabel('Quantity').fill('500');
    await desk.locator('#note').fill('for the regatta');
    await desk.getByRole('button', { name: 'Place order' }).click();
    await expect(desk.locator('session-banner')).toContainText('Please confirm that it is you.');
    const opening = context.waitForEvent('page');
    await desk.locator('session-banner').getByRole('button', { name: 'Confirm' }).click();
    await confirm(await opening);
    await expect(desk.locator('#order-result')).toHaveText('Order placed.');
    await expect(desk.locator('#orders')).toContainText('500 × ');
    await expect(desk.locator('session-banner').getByRole('button')).toBeHidden();
    expect(system.api.stats().doubledOrders).toEqual([]);
  });

  test('the person refuses: the page sees the API’s own answer', async ({ tab, context, system }) => {
    const order = placeLargeOrder(tab, system, 'refused');
    await untilAsked(tab);
    const popup = await openConfirmation(tab, context);
    await popup.getByRole('button', { name: 'Cancel' }).click();
    expect(await confirmed(tab)).toBe('sign_in_refused');
    const [status, challenge] = await order;
    expect(status).toBe(401);
    expect(challenge).toContain('insufficient_user_authentication');
    expect(system.api.stats().orderPosts.get('refused')).toBeUndefined();
    await expect.poll(() => statusOf(tab)).toMatchObject({ phase: 'active', parkedRequests: 0 });
  });

  test('ten at once ask once, in any tab', async ({ tab, openTab, context, system }) => {
    const other = await openTab();
    system.authorizationServer.resetStats();
    const ids = Array.from({ length: 10 }, (_, index) => `of-ten-${index}`);
    const orders = ids.map((id, index) => placeLargeOrder(index % 2 ? tab : other, system, id));
    await untilAsked(tab, 10);
    await confirm(await openConfirmation(tab, context));
    expect(await Promise.all(orders)).toEqual(ids.map(() => [201, '']));
    expect(ids.map((id) => system.api.stats().orderPosts.get(id))).toEqual(ids.map(() => 1));
    expect(system.authorizationServer.stats().authorizationRequests).toBe(1);
    await expect.poll(async () => (await statusOf(other)).phase).toBe('active');
  });

  test('somebody else signs in: the order is dropped, and they are told why', async ({
    tab,
    context,
    system,
  }) => {
    const order = placeLargeOrder(tab, system, 'somebody-elses');
    await untilAsked(tab);
    await context.clearCookies({ name: /^as_/ });
    const popup = await openConfirmation(tab, context);
    await fillSignInForm(popup, 'grace');
    await confirm(popup);
    expect(await confirmed(tab)).toBe('active');
    expect(await order).toEqual([409, 'subject_changed']);
    expect(system.api.stats().orderPosts.get('somebody-elses')).toBeUndefined();
  });
});

test.describe('with a passkey as the second factor', () => {
  test.use({ systemOptions: { passkeys: true } });

  test('the first order makes it, a later one is confirmed with it, and each arrives exactly once', async ({
    tab,
    context,
    system,
  }) => {
    const first = placeLargeOrder(tab, system, 'makes-it');
    await untilAsked(tab);
    const popup = await openConfirmation(tab, context);
    const device = await plugIn(popup);
    await confirm(popup);
    expect(await first).toEqual([201, '']);

    // A new session at the authorization server, which has not seen the passkey.
    await context.clearCookies({ name: /^as_/ });
    await inPage(tab, (session) => session.signOut({ endSession: false }));
    await signIn(tab);
    const later = placeLargeOrder(tab, system, 'uses-it');
    await untilAsked(tab);
    const again = await openConfirmation(tab, context);
    await plugIn(again, await device.passkeys);
    await confirm(again);
    expect(await later).toEqual([201, '']);
    expect(system.api.stats().doubledOrders).toEqual([]);
  });

  test('a device that does not know the person confirms nothing', async ({ tab, context, system }) => {
    const order = placeLargeOrder(tab, system, 'without-it');
    await untilAsked(tab);
    const popup = await openConfirmation(tab, context);
    await plugIn(popup, [], { isUserVerified: false });
    await popup.getByRole('button', { name: 'Confirm' }).click();
    await expect(popup.getByRole('alert')).toHaveText('That did not work. Try again.');
    await popup.getByRole('button', { name: 'Cancel' }).click();
    expect((await order)[0]).toBe(401);
    expect(system.api.stats().orderPosts.get('without-it')).toBeUndefined();
  });
});

test.describe('nobody confirms', () => {
  test.use({ systemOptions: { workerOptions: { policy: { queue: { maxWaitSeconds: 2 } } } } });

  test('in the time that requests may wait: the page sees the API’s own answer', async ({ tab, system }) => {
    const [status, challenge] = await placeLargeOrder(tab, system, 'unconfirmed');
    expect(status).toBe(401);
    expect(challenge).toContain('insufficient_user_authentication');
    await expect.poll(async () => (await statusOf(tab)).phase).toBe('active');
  });
});

test.describe('a script of the page', () => {
  test('does not choose what is asked', async ({ tab, context, system }) => {
    const order = placeLargeOrder(tab, system, 'of-a-script');
    await untilAsked(tab);
    const opening = context.waitForEvent('page');
    await inPage(tab, (session) => {
      const options = {
        mode: 'popup',
        verification: {},
        parameters: { acr_values: 'none', max_age: '99999' },
      };
      void session.signIn(options as never);
    });
    // Without the API's `acr_values` the authorization server would ask nobody anything.
    await confirm(await opening);
    expect(await order).toEqual([201, '']);
  });
});
