/**
 * Runs the work once at a time. However often it is called meanwhile, it runs once more afterwards, with `true` where one of these
 * calls said so. The work must not reject.
 */
export function oneAtATime(work: (isSure: boolean) => Promise<void>): (isSure: boolean) => void {
  let running = Promise.resolve();
  let waiting: boolean | undefined;
  return (isSure) => {
    if (waiting === undefined)
      running = running.then(() => {
        const asked = waiting === true;
        waiting = undefined;
        return work(asked);
      });
    waiting ||= isSure;
  };
}
