import { everythingStored } from '../support/everything-stored.js';
import { burst, expect, inPage, renewals, statusOf, test, untilExpired } from '../support/order-desk.js';
import { stopWorkers } from '../support/stop-workers.js';

for (const nonces of [false, true]) {
  test.describe(`with an authorization server and an API that want proofs${nonces ? ' with their nonces' : ''}`, () => {
    test.use({
      systemOptions: {
        refreshTokens: 'dpop',
        accessTokenSeconds: 2,
        dpopNonce: nonces,
        apiDpopNonce: nonces,
        workerOptions: { dpop: 'required' },
      },
    });

    test('tokens are bound to a key of the worker, through renewals and its death', async ({
      tab,
      system,
    }) => {
      const schemes = new Set<string | undefined>();
      const proofs: string[] = [];
      system.api.onRequest((req) => {
        if (req.headers.authorization) schemes.add(req.headers.authorization.split(' ')[0]);
        if (typeof req.headers.dpop === 'string') proofs.push(req.headers.dpop);
        return false;
      });
      expect(await burst(tab, `${system.api.origin}/v1/time`, 10, 'first')).toEqual(Array(10).fill(200));
      await untilExpired(tab);
      system.authorizationServer.resetStats();
      expect(await burst(tab, `${system.api.origin}/v1/time`, 10, 'second')).toEqual(Array(10).fill(200));
      expect(system.authorizationServer.stats().refreshes).toBe(1);
      await stopWorkers(tab);
      expect(await burst(tab, `${system.api.origin}/v1/time`, 10, 'third')).toEqual(Array(10).fill(200));
      const order = await tab.evaluate(async (url) => {
        const body = JSON.stringify({ id: 'bound', product: 'lantern' });
        return (await fetch(url, { method: 'POST', body })).status;
      }, `${system.api.origin}/v1/orders?query=1`);
      expect(order).toBe(201);
      expect((await statusOf(tab)).phase).toBe('active');
      expect([...schemes]).toEqual(['DPoP']);
      // A proof of its own for every request, and one key for the whole session.
      expect(new Set(proofs).size).toBe(proofs.length);
      const keys = proofs.map(
        (proof) => JSON.parse(Buffer.from(proof.split('.')[0] ?? '', 'base64url').toString()).jwk.x,
      );
      expect(new Set(keys).size).toBe(1);
      expect((await everythingStored(tab)).keys).toBe(0);
    });

    test('a lost response costs nothing: the same refresh token is sent again', async ({ tab, system }) => {
      await untilExpired(tab);
      system.authorizationServer.resetStats();
      system.authorizationServer.loseResponse(1);
      expect(await burst(tab, `${system.api.origin}/v1/time`, 5, 'tab')).toEqual(Array(5).fill(200));
      expect(renewals(system)).toBeGreaterThan(1);
      await expect.poll(async () => (await statusOf(tab)).phase).toBe('active');
    });
  });
}

test.describe('with an authorization server that gives bearer tokens only', () => {
  test.use({ systemOptions: { workerOptions: { dpop: 'required' } } });

  test('a worker that requires DPoP refuses to sign in, and says so', async ({ openTab }) => {
    const tab = await openTab();
    const code = await inPage(tab, (session) =>
      session.signIn().then(
        () => 'signed in',
        (error) => error.code,
      ),
    );
    expect(code).toBe('dpop_unsupported');
  });
});

test.describe('a browser that repeats a token request by itself', () => {
  test.use({ systemOptions: { refreshTokens: 'dpop', accessTokenSeconds: 2 } });

  test('does not end the session: the refusal of a repeated proof is not believed', async ({
    tab,
    system,
  }) => {
    await untilExpired(tab);
    system.authorizationServer.loseResponse(1, 'repeatable');
    expect(await burst(tab, `${system.api.origin}/v1/time`, 5, 'tab')).toEqual(Array(5).fill(200));
    await expect.poll(async () => (await statusOf(tab)).phase).toBe('active');
  });
});
