const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
/** An IPv4 address in IPv6's notation, as WHATWG URLs write it. */
const MAPPED = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;

/** How much of an address is the network's. */
export interface PrefixBits {
  readonly ipv4PrefixBits: number;
  readonly ipv6PrefixBits: number;
}

/** The network of an address as a text that is the same for all addresses in it; `undefined` for what is no IP address. */
export function networkPrefix(
  address: string,
  { ipv4PrefixBits, ipv6PrefixBits }: PrefixBits,
): string | undefined {
  const v4 = V4.exec(address)?.slice(1).map(Number);
  if (v4) return v4.every((byte) => byte < 256) ? cut(v4, 8, ipv4PrefixBits) : undefined;
  const [bare = ''] = address.split('%');
  if (!bare.includes(':') || !URL.canParse(`http://[${bare}]`)) return undefined;
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = MAPPED.exec(canonical)
    ?.slice(1)
    .map((group) => Number.parseInt(group, 16));
  if (mapped)
    return cut(
      mapped.flatMap((group) => [group >> 8, group & 255]),
      8,
      ipv4PrefixBits,
    );
  const [head = '', tail] = canonical.split('::');
  const groups = (text = '') =>
    text
      .split(':')
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16));
  const [front, back] = [groups(head), groups(tail)];
  const zeros = Array<number>(8 - front.length - back.length).fill(0);
  return cut([...front, ...zeros, ...back], 16, ipv6PrefixBits);
}

/** The first bits, and how many parts of which size they are of: a network of one version is none of the other. */
function cut(parts: readonly number[], size: number, bits: number): string {
  const binary = parts.map((part) => part.toString(2).padStart(size, '0')).join('');
  return `${binary.length}/${binary.slice(0, bits)}`;
}
