import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import type { AdoptableSession } from '../../src/adopt.js';
import type { Session } from '../../src/index.js';
import { addVendorPaths, bareToken, migratedPage, serveFormerApps } from '../support/former-apps/serve.js';
import { expect, fillSignInForm, test } from '../support/order-desk.js';

test.use({
  systemOptions: {
    workerSource: fileURLToPath(new URL('../workers/adoption.ts', import.meta.url)),
    responseModes: ['query', 'fragment', 'form_post'],
    files: new Map([migratedPage]),
  },
});
test.beforeEach(async ({ system }) => {
  addVendorPaths(system);
  await serveFormerApps(system);
});

/** A reader of `session-keeper/adopt` and its settings, as the application's source has them. */
const LIBRARIES = [
  ['oidc-client-ts', `fromOidcClientTs({ authority: issuer, client_id: 'order-desk', store: localStorage })`],
  ['auth0-spa-js', `fromAuth0SpaJs({ clientId: 'order-desk' })`],
  ['msal-browser', `fromMsalBrowser({ clientId: 'order-desk' })`],
  [
    'msal-browser, localStorage',
    `fromMsalBrowser({ clientId: 'order-desk', cacheLocation: 'localStorage' })`,
  ],
  ['axa-fr-oidc-client', `fromAxaFrOidcClient()`],
  [
    'keycloak-js',
    `({
      refreshToken: localStorage.getItem('kc_refreshToken') ?? undefined,
      idToken: localStorage.getItem('kc_idToken') ?? undefined,
      wipe: () => ['kc_token', 'kc_refreshToken', 'kc_idToken'].forEach((name) => localStorage.removeItem(name)),
    })`,
  ],
] as const;

for (const [name, reader] of LIBRARIES) {
  test(`the session of ${name} goes on in the worker, with no prompt and nothing left in the page`, async ({
    system,
    page,
  }) => {
    const { authorizationServer, app, api } = system;
    await signInWith(page, app.origin, name);

    await page.goto(`${app.origin}/migrated.html`);
    const { signInPages } = authorizationServer.stats();
    const found = `(async () => { const issuer = '${authorizationServer.issuer}'; return ${reader}; })()`;
    const { refreshToken = '' } = await page.evaluate<AdoptableSession>(
      `${found}.then(({ wipe, ...found }) => found)`,
    );
    expect(authorizationServer.refreshTokenIsActive(bareToken(refreshToken))).toBe(true);
    const adopted = await page.evaluate<[boolean, Session['status']]>(
      `register().then(async (session) => [await adoptSession(session, ${found}), session.status])`,
    );

    expect(adopted).toMatchObject([true, { phase: 'active', user: { name: 'Ada Lovelace' } }]);
    expect(await ordersStatus(page, api.origin)).toBe(200);
    expect(authorizationServer.stats()).toMatchObject({ refreshes: 1, reuseDetections: 0, signInPages });
    expect(authorizationServer.refreshTokenIsActive(bareToken(refreshToken))).toBe(false);
    expect(authorizationServer.liveRefreshTokens('ada')).toBe(1);
    const { refreshToken: left } = await page.evaluate<AdoptableSession>(
      `${found}.then(({ wipe, ...found }) => found)`,
    );
    expect(left).toBeUndefined();
    expect(await tokensIn(page, refreshToken)).toEqual([]);
  });
}

test('a page that still runs keycloak-js hands over what that has in its memory, and keycloak-js has nothing left', async ({
  system,
  page,
}) => {
  const { authorizationServer, app, api } = system;
  await signInWith(page, app.origin, 'keycloak-js');
  // The keeper's server has seen this browser.
  await page.goto(`${app.origin}/migrated.html`);
  await page.goto(`${app.origin}/former/`);
  await expect(page).toHaveTitle('ready');
  const { before, adopted, after } = await page.evaluate<HandedOver>(`(async () => {
    const keycloak = await keycloakAgain();
    const { refreshToken: before } = keycloak;
    const adopted = await adoptSession(await register(), fromKeycloakJs(keycloak));
    const { authenticated, token, refreshToken, idToken } = keycloak;
    const renewed = await keycloak.updateToken(-1).catch(({ message }) => message);
    return { before, adopted, after: [authenticated, token, refreshToken, idToken, renewed] };
  })()`);

  expect(before.split('.')).toHaveLength(3);
  expect(adopted).toBe(true);
  expect(authorizationServer.refreshTokenIsActive(bareToken(before))).toBe(false);
  expect(authorizationServer.liveRefreshTokens('ada')).toBe(1);
  const nothing = [false, undefined, undefined, undefined];
  expect(after).toEqual([...nothing, 'Unable to update token, no refresh token available.']);
  expect(await ordersStatus(page, api.origin)).toBe(200);
  // keycloak-js renewed what was stored, and the worker exchanged that.
  expect(authorizationServer.stats()).toMatchObject({ refreshes: 2, reuseDetections: 0 });
});

interface HandedOver {
  readonly before: string;
  readonly adopted: boolean;
  readonly after: readonly unknown[];
}

/** Ada signs in to the application before its migration. */
async function signInWith(page: Page, origin: string, name: string): Promise<void> {
  await page.goto(`${origin}/former/`);
  await expect(page).toHaveTitle('ready');
  await page.evaluate(`void signInWith(${JSON.stringify(name)})`);
  await fillSignInForm(page, 'ada');
  await expect(page).toHaveTitle('signed in');
}

function ordersStatus(page: Page, api: string): Promise<number> {
  return page.evaluate(async (url) => (await fetch(url)).status, `${api}/v1/orders`);
}

/** What the web storage of the page has of tokens: this one, a JWT, or an entry that MSAL encrypted. */
async function tokensIn(page: Page, refreshToken: string): Promise<string[]> {
  const stored = await page.evaluate(() =>
    Object.entries({ ...localStorage, ...sessionStorage }).map(String),
  );
  return stored.filter((entry) => entry.includes(refreshToken) || /eyJ|"nonce"/.test(entry));
}
