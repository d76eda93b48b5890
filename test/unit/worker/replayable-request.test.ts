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

it('a body of unknown size is the same when it is sent again, in however many pieces it came', async () => {
  const pieces = ['first ', 'second ', 'third'].map((text) => new TextEncoder().encode(text));
  const body = new ReadableStream({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const init: RequestInit = { method: 'POST', body, mode: 'cors' };
  // Node asks for it where a body is a stream.
  const request = new Request('https://api.example/v1/orders', Object.assign(init, { duplex: 'half' }));
  const replayable = new ReplayableRequest(request, undefined, 1000);
  const first = replayable.with(BEARER);
  expect(await replayable.canBeSentAgain()).toBe(true);
  expect(await first.text()).toBe('first second third');
  expect(await replayable.with(BEARER).text()).toBe('first second third');
});
