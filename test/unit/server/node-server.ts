import { once } from 'node:events';
import { createServer, type RequestListener, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { hardenNodeServer, nodeServerOptions } from 'session-keeper/server';

/** A hardened server on a free port; `await using` closes it. */
export async function listen(
  listener: RequestListener,
  options: { maxHeaderSize?: number } = nodeServerOptions,
) {
  const server = createServer(options, listener);
  hardenNodeServer(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface Answer {
  readonly status: number | undefined;
  readonly headers: Headers;
  readonly body: string;
}

/** Sends a request as a browser would, `Sec-*` headers included, and follows nothing. */
export async function send(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: object; body?: string } = {},
): Promise<Answer> {
  const outgoing = request({ port, host: '127.0.0.1', path, method, headers: { ...headers } });
  outgoing.end(body);
  const [response] = await once(outgoing, 'response');
  const received = new Headers();
  for (const [name, value] of Object.entries(response.headers)) {
    for (const one of [value].flat()) received.append(name, String(one));
  }
  return { status: response.statusCode, headers: received, body: await text(response) };
}

/** Writes bytes and resolves with all that came back until the server closed; rejects when it was reset. */
export async function sendRaw(port: number, parts: readonly string[]): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1');
  // A stream consumer would end the socket with the last byte, and never see the reset after it.
  let received = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    received += chunk;
  });
  for (const part of parts) socket.write(part);
  await once(socket, 'close');
  return received;
}
