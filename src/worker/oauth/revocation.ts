import * as oauth from 'oauth4webapi';
import { RECORD, type SessionRecord } from '../session-record.js';
import type { Vault } from '../vault/vault.js';
import type { AuthorizationServer } from './authorization-server.js';

interface PendingRevocation {
  readonly refreshToken: string;
  readonly subject: string | undefined;
}

/**
 * Refresh tokens that the authorization server still has to revoke (RFC 7009). They are written down in the transaction
 * that takes them out of the session, so that a worker's death or a server's outage only delays it.
 */
export class Revocation {
  readonly #server: AuthorizationServer;
  readonly #vault: Vault;

  constructor(server: AuthorizationServer, vault: Vault) {
    this.#server = server;
    this.#vault = vault;
  }

  /** The record to put into the vault, to be worked off by {@link drain}. */
  static pending(session: SessionRecord | undefined): { name: string; value: PendingRevocation }[] {
    if (!session?.refreshToken) return [];
    const { refreshToken, subject } = session;
    return [{ name: RECORD.revocation + crypto.randomUUID(), value: { refreshToken, subject } }];
  }

  /**
   * Pending ones that must not be sent once this subject has signed in again: a server that revokes one refresh token
   * ends the whole grant (RFC 7009 §2.1), and the new session may have the same grant.
   */
  async obsoleteWith(subject: string | undefined): Promise<string[]> {
    const names = await this.#vault.names(RECORD.revocation);
    const stored = await Promise.all(
      names.map((name) => this.#vault.read<PendingRevocation>(name).catch(() => undefined)),
    );
    return names.filter((_, index) => subject !== undefined && stored[index]?.value.subject === subject);
  }

  /** Sends what is written down. What fails for now stays, and the next call tries it again; never rejects. */
  async drain(): Promise<void> {
    await this.#drain().catch(() => undefined);
  }

  async #drain(): Promise<void> {
    for (const name of await this.#vault.names(RECORD.revocation)) {
      // One that cannot be read must not keep the others from being sent.
      const stored = await this.#vault.read<PendingRevocation>(name).catch(() => undefined);
      if (stored && (await this.#revoke(stored.value.refreshToken)))
        await this.#vault.commit({ remove: [name] });
    }
  }

  /** @returns whether there is nothing left to do: done, refused for good, or the server has no such endpoint */
  async #revoke(refreshToken: string): Promise<boolean> {
    try {
      const metadata = await this.#server.metadata();
      if (!metadata.revocation_endpoint) return true;
      const response = await oauth.revocationRequest(
        metadata,
        this.#server.client,
        this.#server.clientAuthentication,
        refreshToken,
        { ...this.#server.transport(), additionalParameters: { token_type_hint: 'refresh_token' } },
      );
      await oauth.processRevocationResponse(response);
      return true;
    } catch (cause) {
      if (cause instanceof oauth.WWWAuthenticateChallengeError) return true;
      return cause instanceof oauth.ResponseBodyError && cause.status < 500 && cause.status !== 429;
    }
  }
}
