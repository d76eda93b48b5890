import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Entry {
  readonly model: string;
  readonly payload: AdapterPayload;
  readonly expiresAtMs: number;
  /** Finer than the whole seconds of `payload.consumed`; the first use counts. */
  consumedAtMs?: number;
}

export interface MemoryStoreSettings {
  /** How long a rotated refresh token may be used again, counted from its first use. Default 0: not at all. */
  readonly graceSeconds?: number;
  /** A rotated refresh token was used again within its grace. */
  readonly onGraceUse?: () => void;
}

const REVOCABLE = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken']);

/** Everything that the authorization server remembers, in memory, and a way to look at it. */
export class MemoryStore {
  readonly #graceMs: number;
  readonly #onGraceUse: () => void;
  readonly #entries = new Map<string, Entry>();
  readonly #sessionsByUid = new Map<string, string>();

  constructor({ graceSeconds = 0, onGraceUse = () => undefined }: MemoryStoreSettings = {}) {
    this.#graceMs = graceSeconds * 1000;
    this.#onGraceUse = onGraceUse;
  }

  /** The storage of one kind of record, as the provider asks for it. */
  adapter(model: string): Adapter {
    const key = (id: string) => `${model}:${id}`;
    return {
      upsert: async (id, payload, expiresInSeconds) => {
        const expiresAtMs =
          expiresInSeconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresInSeconds * 1000;
        this.#entries.set(key(id), { model, payload, expiresAtMs });
        if (model === 'Session' && payload.uid) this.#sessionsByUid.set(payload.uid, id);
      },
      find: async (id) => this.#read(key(id)),
      findByUid: async (uid) => this.#read(key(this.#sessionsByUid.get(uid) ?? '')),
      // The device flow, the only user of these codes, is off.
      findByUserCode: async () => undefined,
      consume: async (id) => this.#consume(key(id)),
      destroy: async (id) => {
        const uid = this.#read(key(id))?.uid;
        if (model === 'Session' && uid) this.#sessionsByUid.delete(uid);
        this.#entries.delete(key(id));
      },
      revokeByGrantId: async (grantId) => this.#revoke(grantId, (entry) => entry.model === model),
    };
  }

  /** Refresh tokens of a subject that are the newest of their line: usable, and not used yet. */
  liveRefreshTokens(subject: string): number {
    const mine = [...this.#live()].filter(
      ({ model, payload }) => model === 'RefreshToken' && payload.accountId === subject,
    );
    return mine.filter((entry) => entry.consumedAtMs === undefined && this.#grantLives(entry.payload)).length;
  }

  /** Whether this very refresh token could be used now; one within its grace could. */
  refreshTokenIsActive(refreshToken: string): boolean {
    const payload = this.#read(`RefreshToken:${refreshToken}`);
    return payload !== undefined && !payload.consumed && this.#grantLives(payload);
  }

  /** Takes back every grant of a subject with all that was issued under it. @returns how many grants there were. */
  revokeAll(subject: string): number {
    return this.#revokeGrants(this.#grantsOf(subject));
  }

  /** Takes back the grant of a subject that began last, as of one device. @returns how many there were: 0 or 1. */
  revokeLatest(subject: string): number {
    return this.#revokeGrants(this.#grantsOf(subject).slice(-1));
  }

  /** In the order in which they began. */
  #grantsOf(subject: string): readonly Entry[] {
    return [...this.#entries.values()].filter(
      ({ model, payload }) => model === 'Grant' && payload.accountId === subject,
    );
  }

  #revokeGrants(grants: readonly Entry[]): number {
    for (const { payload } of grants) {
      this.#entries.delete(`Grant:${payload.jti}`);
      if (payload.jti) this.#revoke(payload.jti, ({ model }) => REVOCABLE.has(model));
    }
    return grants.length;
  }

  #consume(key: string): void {
    const entry = this.#entry(key);
    if (!entry) return;
    // The provider consumes a second time only what `#read` showed it as unused.
    if (entry.consumedAtMs !== undefined && this.#inGrace(entry)) this.#onGraceUse();
    entry.consumedAtMs ??= Date.now();
  }

  #revoke(grantId: string, matches: (entry: Entry) => boolean): void {
    for (const [key, entry] of this.#entries) {
      if (entry.payload.grantId === grantId && matches(entry)) this.#entries.delete(key);
    }
  }

  #grantLives(payload: AdapterPayload): boolean {
    return payload.grantId !== undefined && this.#read(`Grant:${payload.grantId}`) !== undefined;
  }

  #read(key: string): AdapterPayload | undefined {
    const entry = this.#entry(key);
    if (entry?.consumedAtMs === undefined || this.#inGrace(entry)) return entry?.payload;
    return { ...entry.payload, consumed: Math.floor(entry.consumedAtMs / 1000) };
  }

  #inGrace({ model, consumedAtMs = 0 }: Entry): boolean {
    return model === 'RefreshToken' && Date.now() < consumedAtMs + this.#graceMs;
  }

  #entry(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry || entry.expiresAtMs > Date.now()) return entry;
    this.#entries.delete(key);
    return undefined;
  }

  *#live(): Generator<Entry> {
    const now = Date.now();
    for (const [key, entry] of this.#entries) {
      if (entry.expiresAtMs > now) yield entry;
      else this.#entries.delete(key);
    }
  }
}
