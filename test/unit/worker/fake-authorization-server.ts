export const ISSUER = 'https://id.example.com';

type Answer = Response | Promise<Response>;

/** The authorization server as the worker's `fetch` sees it: rotates refresh tokens, and answers what a test tells it to. */
export class FakeAuthorizationServer {
  /** The bodies of the token requests, in order. */
  readonly tokenRequests: URLSearchParams[] = [];
  readonly revoked: string[] = [];
  readonly discoveries: string[] = [];
  metadata: Record<string, unknown> = {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/authorize`,
    token_endpoint: `${ISSUER}/token`,
    revocation_endpoint: `${ISSUER}/revoke`,
  };
  /** While it is down, not even its metadata is to be had. */
  isDown = false;
  /** What the next discoveries are answered with. */
  discoveryAnswer = (): Answer =>
    this.isDown ? new Response('down', { status: 503 }) : Response.json(this.metadata);
  /** What token requests are answered with that no test told an answer for. */
  tokenAnswer = (): Answer => this.tokens();
  /** What the next revocations are answered with. */
  revocationAnswer = (): Response => new Response(null, { status: 200 });
  readonly #answers: (() => Answer)[] = [];
  #rotations = 1;

  /** The next token request gets this answer; without one it gets new tokens. */
  answerNext(answer: () => Answer): void {
    this.#answers.push(answer);
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const { origin, pathname } = new URL(input instanceof Request ? input.url : input);
    if (origin !== ISSUER) throw new TypeError(`nobody answers at ${origin}`);
    if (pathname.startsWith('/.well-known/')) return this.#discovery(pathname);
    const body = new URLSearchParams(String(init?.body));
    if (pathname === '/revoke') {
      this.revoked.push(body.get('token') ?? '');
      return this.revocationAnswer();
    }
    this.tokenRequests.push(body);
    const answer = this.#answers.shift();
    return answer ? answer() : this.tokenAnswer();
  };

  /** The next generation of tokens. */
  tokens(more: Record<string, unknown> = {}): Response {
    this.#rotations += 1;
    return Response.json({
      access_token: `access-${this.#rotations}`,
      refresh_token: `refresh-${this.#rotations}`,
      token_type: 'Bearer',
      expires_in: 60,
      ...more,
    });
  }

  #discovery(pathname: string): Answer {
    this.discoveries.push(pathname);
    return this.discoveryAnswer();
  }
}

/** An OAuth error (RFC 6749 §5.2). */
export function refusal(error: string, description?: string): Response {
  return Response.json({ error, error_description: description }, { status: 400 });
}
