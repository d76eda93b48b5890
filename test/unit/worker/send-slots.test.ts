import { describe, expect, it, vi } from 'vitest';
import { ReplayableRequest } from '../../../src/worker/replayable-request.js';
import { SendSlots } from '../../../src/worker/send-slots.js';
import { Browser, sessionRecord, workerParts } from './worker-parts.js';

/** Work that ends when it is told to. */
function held() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, ended };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('slots for requests under way', () => {
  it('let so many through at once, and the others in the order of their arrival', async () => {
    const slots = new SendSlots(2);
    const works = [held(), held(), held(), held()];
    const started: number[] = [];
    const all = works.map(({ ended }, index) =>
      slots.run(() => {
        started.push(index);
        return ended;
      }),
    );
    await turn();
    expect(started).toEqual([0, 1]);
    works[1]?.end();
    await turn();
    expect(started).toEqual([0, 1, 2]);
    works[0]?.end();
    works[2]?.end();
    await turn();
    expect(started).toEqual([0, 1, 2, 3]);
    works[3]?.end();
    await Promise.all(all);
  });

  it('are free again after work that failed', async () => {
    const slots = new SendSlots(1);
    await expect(slots.run(() => Promise.reject(new TypeError('no network')))).rejects.toThrow('no network');
    expect(await slots.run(async () => 'next')).toBe('next');
  });
});

it('an API that does not answer keeps no other’s requests waiting', async () => {
  vi.stubGlobal('self', { location: { origin: 'https://app.example' } });
  const asked: string[] = [];
  const { resourceWith } = workerParts(new Browser());
  const resource = resourceWith(async (input) => {
    const { url } = input as Request;
    asked.push(url);
    return url.startsWith('https://silent.example/') ? new Promise(() => undefined) : new Response();
  });
  const send = (url: string) =>
    resource.send(new ReplayableRequest(new Request(url), undefined, 0), sessionRecord());
  for (let count = 0; count < 300; count += 1) void send(`https://silent.example/v1/${count}`);
  expect((await send('https://api.example/v1/orders')).ok).toBe(true);
  expect(asked.at(-1)).toBe('https://api.example/v1/orders');
  // And of the silent one's not more than a browser does well with.
  expect(asked).toHaveLength(201);
});
