import { expect, it, vi } from 'vitest';
import { REQUEST_TAG, tagOf } from '../../../src/shared/request-tag.js';
import { ReplayableRequest } from '../../../src/worker/replayable-request.js';

vi.stubGlobal('self', { location: { origin: 'https://app.example' } });

const BOUND = { authorization: 'DPoP token', dpop: 'proof' };
const BEARER = { authorization: 'Bearer token' };

function send(redirect: RequestRedirect, credential: Record<string, string>): Promise<Request> {
  const request = new Request('https://api.example/v1/orders', { redirect, mode: 'cors' });
  return new ReplayableRequest(request, undefined, 1000).with(credential);
}

it('a request with a proof of possession is not redirected: the proof would go along', async () => {
  expect((await send('follow', BOUND)).redirect).toBe('error');
});

it('a request that the page would not follow stays so with a proof', async () => {
  expect((await send('manual', BOUND)).redirect).toBe('manual');
  expect((await send('error', BOUND)).redirect).toBe('error');
});

it('a bearer request is redirected as the page asked', async () => {
  expect((await send('follow', BEARER)).redirect).toBe('follow');
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
  const first = await replayable.with(BEARER);
  expect(await replayable.canBeSentAgain()).toBe(true);
  expect(await first.text()).toBe('first second third');
  expect(await (await replayable.with(BEARER)).text()).toBe('first second third');
});

it.each([8, 65_535, 65_536, 200_000])('a body of %i bytes is sent again as it was', async (bytes) => {
  const body = 'x'.repeat(bytes);
  const replayable = new ReplayableRequest(
    post(body, { [REQUEST_TAG]: tagOf('a-tag', bytes) }),
    undefined,
    1e6,
  );
  expect(await (await replayable.with(BEARER)).text()).toBe(body);
  expect(await replayable.canBeSentAgain()).toBe(true);
  expect(await (await replayable.with(BEARER)).text()).toBe(body);
});

it('a body over the limit is sent once, and never read', async () => {
  const request = post('a film', { [REQUEST_TAG]: tagOf('a-tag', 6) });
  const reading = vi.spyOn(request, 'arrayBuffer');
  const replayable = new ReplayableRequest(request, undefined, 5);
  expect(await (await replayable.with(BEARER)).text()).toBe('a film');
  expect(reading).not.toHaveBeenCalled();
  expect(await replayable.canBeSentAgain()).toBe(false);
  await expect(replayable.with(BEARER)).rejects.toThrow('too large to be kept');
});

function post(body: string, headers: Record<string, string>): Request {
  return new Request('https://api.example/v1/orders', { method: 'POST', body, headers, mode: 'cors' });
}
