import type { IncomingMessage, ServerResponse } from 'node:http';
import type { System } from '../../../demo/system.js';

/** What a script must never have. */
export type SecretKind =
  | 'access token'
  | 'refresh token'
  | 'ID token'
  | 'authorization code'
  | 'PKCE verifier'
  | 'DPoP proof'
  | 'vault key'
  | 'seal cookie';

/** The attacker's own requests from outside of the browser are not the browser's secrets. */
export const ATTACKER_HEADER = 'x-attacker';

/**
 * The real secrets of a running system, taken at its servers: what the authorization server gives out and gets, what the API
 * gets, and what the app's server puts in front of the worker's script.
 */
export class Secrets {
  readonly #found = new Map<string, SecretKind>();
  readonly #publicKeys: JsonWebKey[] = [];

  constructor({ app, api, authorizationServer }: System) {
    authorizationServer.onRequest((req, res) => {
      onBody(req, (body) => this.#form(body));
      onAnswer(res, (body) => this.#answer(res, body));
      return false;
    });
    api.onRequest((req) => {
      const [, token] = req.headers.authorization?.split(' ') ?? [];
      this.#add('access token', token);
      const proof = req.headers.dpop;
      if (typeof proof === 'string') this.#proof(proof);
      return false;
    });
    app.onRequest((req, res) => {
      if (req.headers[ATTACKER_HEADER] === undefined) onAnswer(res, (body) => this.#appAnswer(res, body));
      return false;
    });
  }

  /** Secret -> what it is. */
  get all(): ReadonlyMap<string, SecretKind> {
    return this.#found;
  }

  /** Authorization codes so far. */
  get codes(): number {
    return [...this.#found.values()].filter((kind) => kind === 'authorization code').length;
  }

  /** The public halves of the keys that proofs were signed with. */
  get proofKeys(): readonly JsonWebKey[] {
    return this.#publicKeys;
  }

  #add(kind: SecretKind, secret: string | null | undefined): void {
    if (secret && secret.length > 15) this.#found.set(secret, kind);
  }

  #form(body: string): void {
    const form = new URLSearchParams(body);
    this.#add('authorization code', form.get('code'));
    this.#add('PKCE verifier', form.get('code_verifier'));
    this.#add('refresh token', form.get('refresh_token'));
  }

  #answer(res: ServerResponse, body: string): void {
    const location = String(res.getHeader('location') ?? '');
    this.#add('authorization code', /[?&#]code=([\w-]+)/.exec(location)?.[1]);
    this.#add('authorization code', /name="code" value="([\w-]+)"/.exec(body)?.[1]);
    if (!body.startsWith('{')) return;
    const { access_token, refresh_token, id_token } = JSON.parse(body);
    this.#add('access token', access_token);
    this.#add('refresh token', refresh_token);
    this.#add('ID token', id_token);
  }

  #appAnswer(res: ServerResponse, body: string): void {
    const seal = /^self\.__SESSION_KEEPER_SEAL__=(\{.*?\});\n/.exec(body)?.[1];
    if (seal) for (const key of Object.values(JSON.parse(seal).keys)) this.#add('vault key', String(key));
    for (const cookie of [res.getHeader('set-cookie') ?? []].flat().map(String)) {
      this.#add('seal cookie', /^(?:__Host-Http-seal|session-keeper-seal)=([\w-]+)/.exec(cookie)?.[1]);
    }
  }

  #proof(proof: string): void {
    this.#add('DPoP proof', proof);
    const { jwk } = JSON.parse(Buffer.from(proof.split('.')[0] ?? '', 'base64url').toString());
    if (!this.#publicKeys.some(({ x }) => x === jwk.x)) this.#publicKeys.push(jwk);
  }
}

/** Looks at a request's body without taking it from the server. */
export function onBody(req: IncomingMessage, look: (body: string) => void): void {
  const { emit } = req;
  let body = '';
  req.emit = (event: string | symbol, ...rest: unknown[]) => {
    if (event === 'data') body += String(rest[0]);
    if (event === 'end') look(body);
    return emit.call(req, event, ...rest);
  };
}

/** Looks at an answer's body on its way out. */
function onAnswer(res: ServerResponse, look: (body: string) => void): void {
  const write: (...rest: unknown[]) => boolean = res.write.bind(res) as never;
  const end: (...rest: unknown[]) => ServerResponse = res.end.bind(res) as never;
  const isText = (chunk: unknown) => typeof chunk === 'string' || chunk instanceof Uint8Array;
  let body = '';
  const note = (chunk: unknown) => {
    if (isText(chunk)) body += Buffer.from(chunk as string).toString('utf8');
  };
  res.write = (...rest: unknown[]) => {
    note(rest[0]);
    return write(...rest);
  };
  res.end = (...rest: unknown[]) => {
    note(rest[0]);
    look(body);
    return end(...rest);
  };
}
