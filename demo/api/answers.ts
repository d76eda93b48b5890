import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Scheme } from './access-token.js';
import type { Demand } from './authentication.js';
import { PROOF_ALGORITHMS } from './dpop-proof.js';

/** A request that cannot be served; the message goes to the client. */
export class BadRequest extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export function sendJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  res.end(JSON.stringify(body));
}

/** @throws {BadRequest} 413 above `maxBytes`. */
export async function readBody(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BadRequest(413, `at most ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @throws {BadRequest} 400 for what is not JSON, 413 above `maxBytes`. */
export async function readJson(req: IncomingMessage, maxBytes: number): Promise<unknown> {
  const body = await readBody(req, maxBytes);
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new BadRequest(400, 'the body is not JSON');
  }
}

/** `nonce`: a proof is good but for a nonce of this server. */
export type TokenProblem = 'missing' | 'invalid' | 'insufficient-scope' | 'invalid-proof' | 'nonce';

export interface Challenger {
  readonly scheme: Scheme;
  readonly scope: string;
}

const ERRORS: Record<TokenProblem, string> = {
  missing: '',
  invalid: 'error="invalid_token", error_description="the access token is not valid"',
  'insufficient-scope': 'error="insufficient_scope"',
  'invalid-proof': 'error="invalid_dpop_proof", error_description="the proof is not valid"',
  nonce: 'error="use_dpop_nonce", error_description="the proof needs this nonce"',
};

/** RFC 6750 §3, RFC 9449 §7.1: what is wrong with the credential, in the header that clients act on. */
export function refuseToken(res: ServerResponse, problem: TokenProblem, challenger: Challenger): void {
  challenge(
    res,
    challenger,
    ERRORS[problem],
    problem === 'insufficient-scope' ? `scope="${challenger.scope}"` : '',
  );
  sendJson(res, problem === 'insufficient-scope' ? 403 : 401, { error: problem });
}

/** RFC 9470 §3: the token is good, but not for this. */
export function demandAuthentication(res: ServerResponse, demand: Demand, challenger: Challenger): void {
  challenge(
    res,
    challenger,
    'error="insufficient_user_authentication"',
    `acr_values="${demand.acrValues}"`,
    `max_age="${demand.maxAgeSeconds}"`,
  );
  sendJson(res, 401, { error: 'insufficient authentication' });
}

function challenge(res: ServerResponse, { scheme }: Challenger, ...parameters: readonly string[]): void {
  const algorithms = scheme === 'DPoP' ? `algs="${PROOF_ALGORITHMS.join(' ')}"` : '';
  const parts = ['realm="order-desk"', ...parameters, algorithms];
  res.setHeader('www-authenticate', `${scheme} ${parts.filter(Boolean).join(', ')}`);
}
