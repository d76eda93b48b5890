import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import type { Configuration, interactionPolicy, KoaContextWithOIDC } from 'oidc-provider';
import { APPROVAL_SCOPE, ORDERS_SCOPE } from '../api/scopes.js';
import { findAccount } from './accounts.js';
import { SIGN_IN_PATH } from './interactions.js';
import type { MemoryStore } from './memory-store.js';
import { errorPage, signedOutPage, signOutPage } from './pages.js';
import { dpopFeature, type RefreshTokenKind, rotateRefreshToken } from './refresh-token-kind.js';
import { authenticationClaims, TWO_FACTOR_ACR, withSecondFactor } from './second-factor.js';

export const CLIENT_ID = 'order-desk';

const DAY_SECONDS = 24 * 60 * 60;
const OIDC_SCOPES = ['openid', 'profile', 'email', 'offline_access'];

export interface ProviderSettings {
  /** The order desk's origin: the only one that may call across origins. */
  readonly appOrigin: string;
  /** The API's origin, which is also its resource identifier and the audience of its access tokens. */
  readonly apiOrigin: string;
  readonly store: MemoryStore;
  readonly responseModes: readonly string[];
  /** The path of a second redirect URI. */
  readonly formerCallback?: string | undefined;
  readonly refreshTokens: RefreshTokenKind;
  readonly dpopNonce: boolean;
  /** Read anew for each access token. */
  readonly accessTokenSeconds: () => number;
  /** Scopes that are left out of an access token, whoever agreed to them. */
  readonly withheldScopes: (ctx: KoaContextWithOIDC) => readonly string[];
  /** The provider's refusal of a resource that it does not know (RFC 8707 §2). */
  readonly invalidTarget: () => Error;
  /** The provider's, from the module that is loaded late. */
  readonly interactionPolicy: typeof interactionPolicy;
}

export async function providerConfiguration(settings: ProviderSettings): Promise<Configuration> {
  const { store, appOrigin } = settings;
  return {
    adapter: (model: string) => store.adapter(model),
    clients: [orderDeskClient(settings)],
    jwks: { keys: [await signingKey()] },
    // Cookies of localhost are shared by all its ports: names of our own keep the three servers apart.
    cookies: {
      names: { session: 'as_session', interaction: 'as_interaction', resume: 'as_resume' },
      keys: [randomBytes(32).toString('base64url')],
    },
    responseTypes: ['code'],
    scopes: OIDC_SCOPES,
    acrValues: [TWO_FACTOR_ACR],
    claims: { acr: null, auth_time: null, openid: ['sub'], profile: ['name'], email: ['email'] },
    // The order desk learns the person's name from the ID token alone; there is no userinfo request.
    conformIdTokenClaims: false,
    clientBasedCORS: (_ctx, origin) => origin === appOrigin,
    pkce: { required: () => true },
    rotateRefreshToken: rotateRefreshToken(settings.refreshTokens),
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: async () => false,
    loadExistingGrant: (ctx) => firstPartyGrant(ctx, settings.apiOrigin),
    findAccount: async (_ctx, subject) => {
      const account = findAccount(subject);
      if (!account) return undefined;
      const { name, email } = account;
      return { accountId: subject, claims: async () => ({ sub: subject, name, email }) };
    },
    // A cut-off that is finer than the seconds of `iat`: see the API's `rejectTokensIssuedBefore`.
    extraTokenClaims: async (ctx) => ({ issued_at_ms: Date.now(), ...authenticationClaims(ctx) }),
    interactions: {
      policy: withSecondFactor(settings.interactionPolicy),
      url: (_ctx, interaction) => `${SIGN_IN_PATH}/${interaction.uid}`,
    },
    renderError: async (ctx, out) => {
      ctx.type = 'html';
      ctx.body = errorPage(out);
    },
    features: features(settings),
    ttl: lifetimes(settings),
  };
}

function orderDeskClient({ appOrigin, refreshTokens, responseModes, formerCallback }: ProviderSettings) {
  const callbacks = ['/session/callback', ...(formerCallback === undefined ? [] : [formerCallback])];
  return {
    client_id: CLIENT_ID,
    client_name: 'Order desk',
    token_endpoint_auth_method: 'none' as const,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code' as const],
    // With `form_post` alone no URL ever holds a code of this client.
    response_modes: [...responseModes],
    redirect_uris: callbacks.map((path) => appOrigin + path),
    post_logout_redirect_uris: [`${appOrigin}/`],
    id_token_signed_response_alg: 'ES256' as const,
    ...(refreshTokens === 'dpop' && { dpop_bound_access_tokens: true }),
  };
}

async function signingKey() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), use: 'sig', alg: 'ES256' };
}

function features({
  apiOrigin,
  accessTokenSeconds,
  withheldScopes,
  invalidTarget,
  refreshTokens,
  dpopNonce,
}: ProviderSettings): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    dPoP: dpopFeature(refreshTokens, dpopNonce),
    pushedAuthorizationRequests: { enabled: true },
    revocation: {
      enabled: true,
      allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: async (ctx, form) => {
        // The provider has verified the hint by now; without one, anybody's link could sign the person out.
        ctx.body = signOutPage(form, ctx.oidc.entities.IdTokenHint !== undefined);
      },
      postLogoutSuccessSource: async (ctx) => {
        ctx.body = signedOutPage();
      },
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: async () => apiOrigin,
      useGrantedResource: async () => true,
      getResourceServerInfo: async (ctx, resource) => {
        if (resource !== apiOrigin) throw invalidTarget();
        const withheld = withheldScopes(ctx);
        // The scopes of OpenID Connect are listed too, so that a token response names all that was granted.
        const scopes = [...OIDC_SCOPES, ORDERS_SCOPE, APPROVAL_SCOPE];
        return {
          scope: scopes.filter((scope) => !withheld.includes(scope)).join(' '),
          audience: apiOrigin,
          accessTokenFormat: 'jwt',
          accessTokenTTL: accessTokenSeconds(),
          jwt: { sign: { alg: 'ES256' } },
        };
      },
    },
  };
}

function lifetimes({ accessTokenSeconds }: ProviderSettings): Configuration['ttl'] {
  return {
    AccessToken: () => accessTokenSeconds(),
    IdToken: () => 3600,
    // Rotation does not extend the first token's life.
    RefreshToken: (ctx) => ctx.oidc.entities.RotatedRefreshToken?.remainingTTL ?? 14 * DAY_SECONDS,
    Interaction: () => 3600,
    Session: () => 14 * DAY_SECONDS,
    Grant: () => 14 * DAY_SECONDS,
  };
}

/** The order desk belongs to the same house as this server: whoever signs in has agreed. */
async function firstPartyGrant(ctx: KoaContextWithOIDC, apiOrigin: string) {
  const { session, client, provider, params, account } = ctx.oidc;
  if (!session || !client || !account) return undefined;
  const grantId = session.grantIdFor(client.clientId);
  const known = grantId ? await provider.Grant.find(grantId) : undefined;
  const { accountId } = account;
  const grant =
    known?.accountId === accountId ? known : new provider.Grant({ accountId, clientId: client.clientId });
  const asked = typeof params?.scope === 'string' ? params.scope : '';
  grant.addOIDCScope(asked);
  grant.addResourceScope(apiOrigin, asked);
  await grant.save();
  return grant;
}
