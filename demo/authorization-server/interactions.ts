import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { checkPassword, findAccount } from './accounts.js';
import { errorPage, PAGE_HEADERS, secondFactorPage, signInPage } from './pages.js';
import type { Passkeys } from './passkeys.js';
import { SECOND_FACTOR_REASON, TWO_FACTOR_ACR } from './second-factor.js';

export const SIGN_IN_PATH = '/sign-in';

const MAX_FORM_BYTES = 10_000;

/** The sign-in page: one HTML form that needs no script. */
export class Interactions {
  readonly #provider: Provider;
  readonly #onShown: () => void;
  readonly #passkeys: Passkeys | undefined;

  /** @param passkeys the second factor; without them a click is one, which needs no device */
  constructor(provider: Provider, onShown: () => void, passkeys: Passkeys | undefined) {
    this.#provider = provider;
    this.#onShown = onShown;
    this.#passkeys = passkeys;
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    try {
      const { prompt, params, uid, session } = await this.#provider.interactionDetails(req, res);
      if (prompt.name === 'consent') return await this.#finish(req, res, { consent: {} });
      const action = `${SIGN_IN_PATH}/${uid}`;
      // Whoever is not signed in, or too long ago, shows the first factor before it.
      if (prompt.reasons.every((reason) => reason === SECOND_FACTOR_REASON) && session)
        return await this.#secondFactor(req, res, uid, session.accountId);
      if (req.method === 'POST') return await this.#submit(req, res, action);
      const username = typeof params.login_hint === 'string' ? params.login_hint : '';
      this.#show(res, 200, { action, username, refused: false });
    } catch (error) {
      if (!isProviderError(error)) throw error;
      res.writeHead(error.statusCode, PAGE_HEADERS).end(errorPage(error));
    }
  }

  async #submit(req: IncomingMessage, res: ServerResponse, action: string): Promise<void> {
    const form = await readForm(req);
    if (form.get('action') === 'cancel') return this.#cancel(req, res);
    const username = form.get('username') ?? '';
    const account = checkPassword(username, form.get('password') ?? '');
    if (!account) return this.#show(res, 401, { action, username, refused: true });
    await this.#finish(req, res, { login: { accountId: account.subject } });
  }

  async #secondFactor(
    req: IncomingMessage,
    res: ServerResponse,
    interaction: string,
    accountId: string,
  ): Promise<void> {
    const form = req.method === 'POST' ? await readForm(req) : undefined;
    if (form?.get('action') === 'cancel') return this.#cancel(req, res);
    const passkeys = this.#passkeys;
    const isShown =
      form && (!passkeys || passkeys.accepts(interaction, accountId, form.get('credential') ?? ''));
    if (isShown) return this.#finish(req, res, { login: { accountId, acr: TWO_FACTOR_ACR } });
    const account = findAccount(accountId);
    const passkey = account && passkeys?.request(interaction, account);
    const body = secondFactorPage(`${SIGN_IN_PATH}/${interaction}`, passkey, form !== undefined);
    res.writeHead(form ? 401 : 200, PAGE_HEADERS).end(body);
  }

  #cancel(req: IncomingMessage, res: ServerResponse): Promise<void> {
    return this.#finish(req, res, { error: 'access_denied', error_description: 'the person cancelled' });
  }

  #show(res: ServerResponse, status: number, form: Parameters<typeof signInPage>[0]): void {
    this.#onShown();
    res.writeHead(status, PAGE_HEADERS).end(signInPage(form));
  }

  #finish(
    req: IncomingMessage,
    res: ServerResponse,
    result: Parameters<Provider['interactionFinished']>[2],
  ): Promise<void> {
    return this.#provider.interactionFinished(req, res, result);
  }
}

async function readForm(req: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of req) {
    text += String(chunk);
    if (text.length > MAX_FORM_BYTES) break;
  }
  return new URLSearchParams(text);
}

/** The shape of the provider's errors; its classes would need the module itself, which is loaded late. */
function isProviderError(
  error: unknown,
): error is Error & { statusCode: number; error: string; error_description?: string } {
  return error instanceof Error && 'statusCode' in error && 'error' in error;
}
