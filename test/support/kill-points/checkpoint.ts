const originalFetch = globalThis.fetch.bind(globalThis);

let messages: Promise<unknown> = Promise.resolve();

/**
 * One round trip to the test, which may hold it and stop the worker meanwhile. A test that is gone, or that has just
 * stopped this worker, lets everything pass.
 */
async function passBy(what: string): Promise<void> {
  await originalFetch(`/kill-point?what=${encodeURIComponent(what)}`, { cache: 'no-store' }).catch(
    () => undefined,
  );
}

/**
 * A message is sent at once in reality, so what the worker does after it happens after it here too: nothing passes by a
 * message that waits at its checkpoint, messages included.
 */
export function sendAfterCheckpoint(what: string, send: () => void): void {
  messages = messages.then(() => passBy(what)).then(send);
}

export async function checkpoint(what: string): Promise<void> {
  await messages;
  await passBy(what);
}

/** What `work` does, stopped before it begins and after it is done, but before anybody hears of it. */
export async function around<T>(what: string, work: () => Promise<T>): Promise<T> {
  await checkpoint(`before ${what}`);
  return after(what, work);
}

/** What `work` does, stopped after it is done, but before anybody hears of it. */
export async function after<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await checkpoint(`after ${what}`);
  }
}
