import { taggedBodyBytes } from '../shared/request-tag.js';

/**
 * The body of a page's request: how large it is, and what it takes to send it a second time.
 *
 * A body that is larger than the limit is never copied. Where the page told the size, the browser's own copy serves, which
 * is made only for what is small enough. Where it did not (a page's own `Request`, a form), a copy is read beside the
 * sending, and let go once it turns out to be too large.
 */
export class RequestBody {
  readonly #knownBytes: number | undefined;
  readonly #limit: number;
  readonly #request: Request;
  #reading: Promise<ArrayBuffer | undefined> | undefined;
  #readBytes = 0;

  constructor(request: Request, limit: number) {
    this.#request = request;
    this.#limit = limit;
    this.#knownBytes = hasNoBody(request) ? 0 : taggedBodyBytes(request.headers);
  }

  /** Its size, as far as it is known. */
  get bytes(): number {
    return this.#knownBytes ?? this.#readBytes;
  }

  /** Whether it is small enough to be kept; `undefined` when that is not known. */
  get isSmall(): boolean | undefined {
    return this.#knownBytes === undefined ? undefined : this.#knownBytes <= this.#limit;
  }

  /** Reads a body of unknown size, up to the limit. */
  read(): Promise<ArrayBuffer | undefined> {
    this.#reading ??= this.#readCopy().catch(() => undefined);
    return this.#reading;
  }

  async #readCopy(): Promise<ArrayBuffer | undefined> {
    // Firefox has no `body`: there, nothing could stop the reading of a large one.
    const reader = 'body' in this.#request ? this.#request.clone().body?.getReader() : undefined;
    if (!reader) return undefined;
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      chunks.push(next.value);
      this.#readBytes += next.value.byteLength;
      if (this.#readBytes <= this.#limit) continue;
      void reader.cancel();
      return undefined;
    }
    return new Blob(chunks).arrayBuffer();
  }
}

/** Firefox does not tell of other methods whether there is one. */
export function hasNoBody({ method, body }: Request): boolean {
  return method === 'GET' || method === 'HEAD' || body === null;
}
