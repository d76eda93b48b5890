/** What surrounds one part of a form: its boundary and headers, without the names. Rather too much than too little. */
const PART_BYTES = 200;

/**
 * How large a body will be, as far as that can be told without reading it: exact, but for a form, where it is an estimate
 * from its parts.
 *
 * @returns `undefined` for a stream, or whatever else is not known
 */
export function bodyBytes(body: unknown): number | undefined {
  if (body === null) return 0;
  if (body instanceof FormData) return formBytes(body);
  if (body instanceof Blob) return body.size;
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  if (typeof body === 'string' || body instanceof URLSearchParams) return textBytes(String(body));
  return undefined;
}

function formBytes(form: FormData): number {
  let bytes = PART_BYTES;
  for (const [name, value] of form) {
    const content = typeof value === 'string' ? textBytes(value) : value.size + textBytes(value.name);
    bytes += PART_BYTES + textBytes(name) + content;
  }
  return bytes;
}

function textBytes(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
