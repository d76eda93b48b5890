import { type Check, type Deployment, fail, OK, type Verdict, warn } from '../check.js';
import type { Answer } from '../probe.js';

const PAGE = 'docs/authorization-server.md';

type Metadata = Readonly<Record<string, unknown>>;

export const authorizationServerChecks: readonly Check[] = [
  {
    name: 'as-own-origin',
    mend: "Give the authorization server an origin of its own: on the app's, a script can do whatever the person can.",
    page: PAGE,
    run: async ({ url, issuer }) =>
      new URL(issuer).origin === url.origin ? fail("it is on the app's own origin") : OK,
  },
  {
    name: 'as-metadata',
    mend: 'Let the issuer publish its metadata (RFC 8414 or OpenID Connect Discovery), and check --issuer.',
    page: `${PAGE}#endpoints-that-it-calls`,
    run: async (deployment) =>
      (await metadataOf(deployment)) ? OK : fail(`${deployment.issuer} publishes no metadata`),
  },
  onMetadata(
    'as-issuer',
    'Configure the issuer exactly as the metadata names it (RFC 8414 §3.3).',
    PAGE,
    (metadata, { issuer }) =>
      metadata.issuer === issuer
        ? OK
        : fail(`the metadata names "${String(metadata.issuer)}", not "${issuer}"`),
  ),
  onMetadata(
    'as-pkce',
    'Switch PKCE with S256 on (RFC 7636); the keeper always sends it.',
    `${PAGE}#what-to-register`,
    (metadata) =>
      has(metadata, 'code_challenge_methods_supported', 'S256')
        ? OK
        : fail('PKCE with S256 is not announced'),
  ),
  onMetadata(
    'as-form-post',
    'Restrict the client to response_mode=form_post where the server can: then no URL ever holds a code.',
    `${PAGE}#what-to-register`,
    (metadata) =>
      has(metadata, 'response_modes_supported', 'form_post')
        ? OK
        : warn('response_mode=form_post is not announced'),
  ),
  onMetadata(
    'as-web-message',
    'Do not allow web_message for this client: it hands codes to pages.',
    PAGE,
    (metadata) =>
      has(metadata, 'response_modes_supported', 'web_message')
        ? warn('response_mode=web_message is announced')
        : OK,
  ),
  onMetadata(
    'as-par',
    'Switch pushed authorization requests on (RFC 9126).',
    `${PAGE}#endpoints-that-it-calls`,
    (metadata) => named(metadata, 'pushed_authorization_request_endpoint'),
  ),
  onMetadata(
    'as-dpop',
    'Switch DPoP with ES256 on (RFC 9449), so that a leaked token is of no use.',
    PAGE,
    (metadata) =>
      has(metadata, 'dpop_signing_alg_values_supported', 'ES256')
        ? OK
        : warn('DPoP with ES256 is not announced'),
  ),
  onMetadata('as-iss', 'Let it send iss with its answers (RFC 9207).', PAGE, (metadata) =>
    metadata.authorization_response_iss_parameter_supported === true ? OK : warn('iss is not announced'),
  ),
  onMetadata(
    'as-revocation',
    'Switch token revocation on (RFC 7009), so that a sign-out ends the refresh token.',
    `${PAGE}#endpoints-that-it-calls`,
    (metadata) => named(metadata, 'revocation_endpoint'),
  ),
  onMetadata(
    'as-end-session',
    'Switch RP-initiated logout on, so that a sign-out ends its own session too.',
    `${PAGE}#endpoints-that-it-calls`,
    (metadata) => named(metadata, 'end_session_endpoint'),
  ),
  {
    name: 'as-metadata-cors',
    mend: "Allow the app's origin to read the metadata (CORS).",
    page: `${PAGE}#endpoints-that-it-calls`,
    run: async (deployment) => {
      const answer = await discover(deployment);
      return !answer || allows(answer, deployment)
        ? OK
        : fail(`${deployment.url.origin} may not read the metadata`);
    },
  },
  {
    name: 'as-token-cors',
    mend: "Allow the app's origin at the token endpoint (CORS), with the request headers Content-Type and DPoP.",
    page: `${PAGE}#endpoints-that-it-calls`,
    run: async (deployment) => {
      const endpoint = (await metadataOf(deployment))?.token_endpoint;
      if (typeof endpoint !== 'string' || !URL.canParse(endpoint))
        return fail('the metadata names no token_endpoint');
      const answer = await deployment.probe.ask(new URL(endpoint), {
        method: 'OPTIONS',
        headers: {
          origin: deployment.url.origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,dpop',
        },
      });
      return allows(answer, deployment) ? OK : fail(`${deployment.url.origin} may not call ${endpoint}`);
    },
  },
];

/** A check of what the metadata says; where there is none, `as-metadata` tells. */
function onMetadata(
  name: string,
  mend: string,
  page: string,
  judge: (metadata: Metadata, deployment: Deployment) => Verdict,
): Check {
  return {
    name,
    mend,
    page,
    run: async (deployment) => {
      const metadata = await metadataOf(deployment);
      return metadata ? judge(metadata, deployment) : fail('there is no metadata to read');
    },
  };
}

/** OpenID Connect Discovery appends to the issuer's path, RFC 8414 §3 puts its own in front of it. */
async function discover({ issuer, url, probe }: Deployment): Promise<Answer | undefined> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const places = [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
  for (const place of places) {
    const answer = await probe
      .ask(new URL(place), { headers: { origin: url.origin, accept: 'application/json' } })
      .catch(() => undefined);
    if (answer?.status === 200) return answer;
  }
  return undefined;
}

async function metadataOf(deployment: Deployment): Promise<Metadata | undefined> {
  try {
    const metadata: unknown = JSON.parse((await discover(deployment))?.body ?? '');
    return typeof metadata === 'object' && metadata !== null ? (metadata as Metadata) : undefined;
  } catch {
    return undefined;
  }
}

function allows({ headers }: Answer, { url }: Deployment): boolean {
  const allowed = headers.get('access-control-allow-origin');
  return allowed === '*' || allowed === url.origin;
}

function has(metadata: Metadata, name: string, value: string): boolean {
  const values = metadata[name];
  return Array.isArray(values) && values.includes(value);
}

function named(metadata: Metadata, endpoint: string): Verdict {
  return typeof metadata[endpoint] === 'string' ? OK : warn(`the metadata names no ${endpoint}`);
}
