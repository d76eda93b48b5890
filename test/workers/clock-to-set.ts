declare const self: ServiceWorkerGlobalScope;

/** The message `{ setClockByMs }` moves the worker's clock. */
export function clockToSet(): void {
  const { now } = Date;
  let offsetMs = 0;
  Date.now = () => now() + offsetMs;
  self.addEventListener('message', ({ data }) => {
    if (typeof data?.setClockByMs !== 'number') return;
    offsetMs += data.setClockByMs;
  });
}
