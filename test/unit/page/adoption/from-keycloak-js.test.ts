import { expect, it } from 'vitest';
import { fromKeycloakJs } from '../../../../src/page/adoption/from-keycloak-js.js';

it('gives the tokens that keycloak-js has in memory, and has it forget them', async () => {
  const keycloak = {
    refreshToken: 'refresh' as string | undefined,
    idToken: 'id' as string | undefined,
    clearToken() {
      this.refreshToken = undefined;
      this.idToken = undefined;
    },
  };
  const { wipe, ...found } = fromKeycloakJs(keycloak);
  expect(found).toEqual({ refreshToken: 'refresh', idToken: 'id' });
  await wipe();
  expect([keycloak.refreshToken, keycloak.idToken]).toEqual([undefined, undefined]);
});
