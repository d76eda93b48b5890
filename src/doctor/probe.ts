import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { connect as connectSecurely } from 'node:tls';

/** A request exactly as it is given: no redirect is followed, and no header added but `Host`. */
export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** How the doctor reaches the deployment. */
export interface Probe {
  /** @throws Error when there is no answer */
  ask(url: URL, ask?: Ask): Promise<Answer>;
  /** A request line that no server should take: a header line without a colon. */
  askBroken(url: URL): Promise<Answer>;
}

const TIMEOUT_MS = 15_000;
const MAX_BODY_CHARACTERS = 5_000_000;

/** The network. Node's `fetch` writes `Sec-Fetch-Mode` itself and follows redirects, so it is not used. */
export const networkProbe: Probe = { ask: overHttp, askBroken: overSocket };

function overHttp(url: URL, { method = 'GET', headers = {} }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const outgoing = request({ ...targetOf(url), method, headers: { ...headers }, timeout: TIMEOUT_MS });
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`)));
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      read(response).then((body) => {
        outgoing.destroy();
        resolve({ status: response.statusCode ?? 0, headers: headersOf(response.rawHeaders), body });
      }, reject);
    });
    outgoing.end();
  });
}

/** The path as text: Node would lose an empty query. */
function targetOf({ protocol, hostname, port, host, href }: URL) {
  const path = href.slice(href.indexOf(host) + host.length).split('#')[0];
  return { protocol, hostname: hostname.replace(/^\[|\]$/g, ''), port, path };
}

/** An endless body, an event stream say, is cut. */
async function read(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) {
    body += chunk;
    if (body.length > MAX_BODY_CHARACTERS) break;
  }
  return body;
}

function headersOf(raw: readonly string[]): Headers {
  const headers = new Headers();
  raw.forEach((name, index) => {
    if (index % 2 === 0) headers.append(name, raw[index + 1] ?? '');
  });
  return headers;
}

function overSocket(url: URL): Promise<Answer> {
  const isSecure = url.protocol === 'https:';
  const port = Number(url.port || (isSecure ? 443 : 80));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = isSecure
    ? connectSecurely({ host, port, servername: host, ALPNProtocols: ['http/1.1'] })
    : connectPlain({ host, port });
  return new Promise((resolve, reject) => {
    let received = '';
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`)));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      received += chunk;
    });
    socket.once('error', reject);
    socket.once('close', () => {
      const answer = parseAnswer(received);
      if (answer) resolve(answer);
      else reject(new Error('the connection was closed without an answer'));
    });
    socket.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nno header\r\n\r\n`);
  });
}

function parseAnswer(text: string): Answer | undefined {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const [, status] = /^HTTP\/1\.[01] (\d{3})/.exec(statusLine) ?? [];
  if (status === undefined) return undefined;
  const pairs = lines.flatMap((line) => {
    const at = line.indexOf(':');
    return [line.slice(0, at), line.slice(at + 1).trim()];
  });
  return { status: Number(status), headers: headersOf(pairs), body: rest.join('\r\n\r\n') };
}
