/**
 * Runs the work once at a time. However often it is called meanwhile, it runs once more afterwards, with `true` where one of these
 * calls said so. Work that fails keeps nothing after it from running.
 */
export function oneAtATime(work: (isSure: boolean) => Promise<void>): (isSure: boolean) => void {
  let running = Promise.resolve();
  let waiting: boolean | undefined;
  const run = () => {
    const asked = waiting === true;
    waiting = undefined;
    return work(asked);
  };
  return (isSure) => {
    if (waiting === undefined) running = running.then(run, run);
    waiting ||= isSure;
  };
}
