/** Of requests that came through the Node adapter. */
const socketAddresses = new WeakMap<Request, string>();

export function rememberSocket(request: Request, address: string | undefined): Request {
  if (address) socketAddresses.set(request, address);
  return request;
}

/** An address, or why there is none that can be trusted. */
export type ClientAddress = { readonly address: string } | { readonly doubt: string };

/**
 * The client's address: that of the connection, or what the last of so many proxies wrote down. Where the two contradict each other it is not
 * guessed: everybody would be in the proxy's network, or wherever they say.
 */
export function clientAddress(request: Request, proxies: number): ClientAddress {
  const forwarded = request.headers.get('x-forwarded-for');
  if (proxies === 0) {
    const address = socketAddresses.get(request);
    if (forwarded !== null || request.headers.has('forwarded'))
      return { doubt: 'The request came through a proxy, and network.proxies is 0: set how many there are.' };
    return address
      ? { address }
      : { doubt: 'The address of the connection is not known here: set the option network.address.' };
  }
  const hops = forwarded?.split(',').map((hop) => hop.trim()) ?? [];
  const address = hops.at(-proxies);
  return address
    ? { address: address.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1').replace(/^\[(.*)\](?::\d+)?$/, '$1') }
    : { doubt: `X-Forwarded-For names ${hops.length} of the ${proxies} hops that network.proxies says.` };
}
