type Method = (this: unknown, ...args: never[]) => unknown;

/** A platform object's prototype by its global name; the names of a worker's realm are not all known to a page's types. */
export function prototypeOf(name: string): object {
  const found: unknown = Reflect.get(globalThis, name);
  if (typeof found !== 'function') throw new Error(`this realm has no ${name}`);
  return found.prototype;
}

/** Puts a method in another's place, built from it. */
export function replaceMethod<This, Args extends unknown[], Result>(
  target: object,
  name: string,
  build: (original: (self: This, args: Args) => Result) => (self: This, args: Args) => unknown,
): void {
  const original: unknown = Reflect.get(target, name);
  if (typeof original !== 'function') throw new Error(`there is no method ${name} to replace`);
  const replacement = build((self, args) => Reflect.apply(original as Method, self, args) as Result);
  Reflect.defineProperty(target, name, {
    configurable: true,
    writable: true,
    value: function (this: This, ...args: Args) {
      return replacement(this, args);
    },
  });
}
