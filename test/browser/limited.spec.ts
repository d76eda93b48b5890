import { fileURLToPath } from 'node:url';
import { APPROVAL_SCOPE } from '../../demo/api/scopes.js';
import { oauthError } from '../../demo/authorization-server/token-answers.js';
import { DeskView } from '../support/desk-view.js';
import { expect, inGesture, inPage, statusOf, test, timeStatus } from '../support/order-desk.js';

test('the authorization server narrows the scopes at a renewal: the desk says what is missing, and one click asks for it again', async ({
  desk,
  context,
  system,
}) => {
  const { api, authorizationServer } = system;
  await desk.locator('#note').fill('half-written');
  authorizationServer.withholdScopes('orders');

  await inPage(desk, (session) => session.renew());

  expect(await statusOf(desk)).toMatchObject({ phase: 'limited', missingScopes: ['orders'] });
  const [status, challenge] = await desk.evaluate(async (url) => {
    const response = await fetch(url);
    return [response.status, response.headers.get('www-authenticate')] as const;
  }, `${api.origin}/v1/time`);
  expect(status).toBe(403);
  expect(challenge).toContain('insufficient_scope');

  authorizationServer.withholdScopes();
  const opening = context.waitForEvent('page');
  await desk.locator('session-banner').getByRole('button', { name: 'Ask again' }).click();
  await (await opening).waitForEvent('close');
  await expect.poll(async () => (await statusOf(desk)).phase).toBe('active');
  expect(await statusOf(desk)).not.toHaveProperty('missingScopes');
  expect(await timeStatus(desk, system)).toBe(200);
  await expect(desk.locator('#note')).toHaveValue('half-written');
});

test('approving an order without the permission, by keyboard: told in words, asked for with the same button, and then approved', async ({
  desk: page,
  context,
  system,
}) => {
  const { api, authorizationServer } = system;
  const desk = new DeskView(page);
  const approvals = () => api.stats().requests.filter(({ path }) => path === '/v1/approvals').length;
  await desk.order('For the regatta');
  authorizationServer.withholdScopes(APPROVAL_SCOPE);
  await inPage(page, (session) => session.renew());
  await expect(page.locator('#problem')).toHaveText('Not possible right now: approving orders.');

  const order = page.locator('.order').filter({ hasText: 'For the regatta' });
  const said = order.getByRole('status');
  const ask = order.getByRole('button', { name: 'Ask for permission' });
  await order.getByRole('button', { name: 'Approve' }).press('Enter');
  await expect(said).toHaveText(/^You cannot approve orders right now: your sign-in does not allow it\./);
  await expect(ask).toBeFocused();
  // What does not need it goes on.
  await desk.order('Not held up');

  await ask.press('Enter');
  await expect(said).toHaveText(/^Not approved: the sign-in service did not give you the permission\./);
  expect(approvals()).toBe(0);

  authorizationServer.withholdScopes();
  await ask.press('Enter');
  await expect(order).toContainText('Approved by ada');
  await expect(order).toBeFocused();
  await expect(desk.banner).toBeHidden();
  expect(approvals()).toBe(1);
  expect(context.pages()).toHaveLength(1);
});

test.describe('with the option scopes', () => {
  test.use({
    systemOptions: { workerSource: fileURLToPath(new URL('../workers/scopes.ts', import.meta.url)) },
  });

  test('a scope that is missing is named without asking the API, and asked for at a click; one that the worker does not name opens no window', async ({
    tab,
    context,
    system,
  }) => {
    const order = () =>
      tab.evaluate(async (url) => {
        const body = JSON.stringify({ id: 'lamp', product: 'lantern' });
        const response = await fetch(url, { method: 'POST', body });
        const { code, missing } = await response.json();
        return { status: response.status, code, missing };
      }, `${system.api.origin}/v1/orders`);
    expect(await order()).toEqual({ status: 403, code: 'insufficient_scope', missing: ['email'] });
    expect(system.api.stats().orderPosts.size).toBe(0);

    let opened = 0;
    context.on('page', () => {
      opened += 1;
    });
    const refused = await inGesture(tab, (session) =>
      session.request({ scope: 'email admin' }).then(
        () => 'allowed',
        ({ code }) => code,
      ),
    );
    expect(refused).toBe('scope_not_requestable');
    expect(opened).toBe(0);

    const status = await inGesture(tab, (session) => session.request({ scope: 'email' }));
    expect(opened).toBe(1);
    expect(status).toMatchObject({ phase: 'active', user: { name: 'Ada Lovelace' } });
    expect(status.grantedScopes).toContain('email');
    expect(await order()).toMatchObject({ status: 201 });
  });

  test('the authorization server refuses to renew all scopes: the session goes on with those of the policy, and gets the others back', async ({
    tab,
    system,
  }) => {
    const fault = system.authorizationServer.answer(...oauthError('invalid_scope'), 1);
    await inPage(tab, (session) => session.renew());
    expect(fault.struck).toBe(1);
    expect(await statusOf(tab)).toMatchObject({ phase: 'limited', missingScopes: ['orders'] });

    await inPage(tab, (session) => session.renew());
    expect((await statusOf(tab)).phase).toBe('active');
    expect(await timeStatus(tab, system)).toBe(200);
  });
});
