import { expect, inPage, statusOf, test, timeStatus } from '../support/order-desk.js';

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
  await desk.locator('session-banner').getByRole('button', { name: 'Sign in again' }).click();
  await (await opening).waitForEvent('close');
  await expect.poll(async () => (await statusOf(desk)).phase).toBe('active');
  expect(await statusOf(desk)).not.toHaveProperty('missingScopes');
  expect(await timeStatus(desk, system)).toBe(200);
  await expect(desk.locator('#note')).toHaveValue('half-written');
});
