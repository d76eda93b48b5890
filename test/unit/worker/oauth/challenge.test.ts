import { describe, expect, it } from 'vitest';
import { challengeOf } from '../../../../src/worker/oauth/challenge.js';

const read = (challenge?: string) =>
  challengeOf(
    new Response('denied', { status: 401, ...(challenge && { headers: { 'WWW-Authenticate': challenge } }) }),
  );

describe('the challenge of a 401', () => {
  it.each([
    ['Bearer error="invalid_token"', 'invalid_token'],
    ['Bearer error=invalid_token', 'invalid_token'],
    ['bearer realm="orders", error="invalid_token", error_description="expired, sorry"', 'invalid_token'],
    ['DPoP error="use_dpop_nonce", algs="ES256"', 'use_dpop_nonce'],
    [
      'Bearer error="insufficient_user_authentication", acr_values="urn:two"',
      'insufficient_user_authentication',
    ],
    ['Basic realm="orders", Bearer error="invalid_token"', 'invalid_token'],
    ['Bearer realm="says error=other", error="invalid_token"', 'invalid_token'],
  ])('%s', async (challenge, error) => {
    expect(await read(challenge)).toMatchObject({ error });
  });

  it('says what is asked of the person', async () => {
    const challenge =
      'Bearer error="insufficient_user_authentication", acr_values="urn:two urn:three", max_age=5';
    expect(await read(challenge)).toMatchObject({ acr_values: 'urn:two urn:three', max_age: '5' });
  });

  it.each([['Bearer'], ['Basic realm="orders"'], ['Bearer realm="unclosed'], [',,,'], [undefined]])(
    'names no error in %s',
    async (challenge) => {
      expect(await read(challenge)).toEqual({});
    },
  );

  it('is read without touching the body, which is the page’s', async () => {
    const response = new Response('denied', { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
    await challengeOf(response);
    expect(response.bodyUsed).toBe(false);
    expect(await response.text()).toBe('denied');
  });
});
