/** One command, by its name and its argument as JSON, so that `__proto__` in it is a name like any other. */
export interface WorkerCall {
  readonly name: string;
  readonly argument: string;
  /** How long the reply may take. Default 2000. */
  readonly forMs?: number;
}

/** Asks the worker as the page entry does; gives the reply as JSON, or `silent`. Serialized: it sees nothing but `attacker`. */
export async function callWorker({ name, argument, forMs = 2000 }: WorkerCall): Promise<string> {
  const id = `attacker ${crypto.randomUUID()}`;
  const reply = new attacker.native.Promise<string>((resolve) => {
    navigator.serviceWorker.addEventListener('message', ({ data }) => {
      if (data?.call?.id === id) resolve(JSON.stringify(data.call.value ?? null));
    });
    attacker.native.setTimeout(() => resolve('silent'), forMs);
  });
  const argumentList = [{ type: 'RAW', value: JSON.parse(argument) as unknown }];
  await attacker.post({ call: { id, type: 'APPLY', path: [name], argumentList } });
  return reply;
}
