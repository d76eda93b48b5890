import { expect, it, vi } from 'vitest';
import { ReplayableRequest } from '../../../src/worker/replayable-request.js';

vi.stubGlobal('self', { location: { origin: 'https://app.example' } });

const BOUND = { authorization: 'DPoP token', dpop: 'proof' };
const BEARER = { authorization: 'Bearer token' };

function send(redirect: RequestRedirect, credential: Record<string, string>): Request {
  const request = new Request('https://api.example/v1/orders', { redirect, mode: 'cors' });
  return new ReplayableRequest(request, undefined, 1000).with(credential);
}

it('a request with a proof of possession is not redirected: the proof would go along', () => {
  expect(send('follow', BOUND).redirect).toBe('error');
});

it('a request that the page would not follow stays so with a proof', () => {
  expect(send('manual', BOUND).redirect).toBe('manual');
  expect(send('error', BOUND).redirect).toBe('error');
});

it('a bearer request is redirected as the page asked', () => {
  expect(send('follow', BEARER).redirect).toBe('follow');
});
