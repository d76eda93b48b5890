import type { Policy, PolicyInForce } from '../../shared/policy.js';
import { checkPolicyDocument, type PolicyDocument } from '../../shared/policy-document.js';
import { resolveWhole } from '../../shared/policy-parts.js';
import { tellPages } from '../announcer.js';
import { changedNames, policySettings } from '../audit/settings.js';
import type { Handlers } from '../commands.js';
import type { TelemetryParts } from '../telemetry/telemetry.js';
import type { Stored, Vault } from '../vault/vault.js';
import type { AskDocument } from './ask-document.js';
import { type Pin, type PinRecord, readPin, writePin } from './pin.js';
import { floorsOf, NO_FLOORS, putInForce, valuesOf } from './put-in-force.js';

type Checked = PolicyDocument & { readonly resolved: Policy };
type Refusal = 'invalid' | 'rollback' | 'altered' | 'no_document';

interface Parts extends TelemetryParts {
  readonly ask: AskDocument;
  readonly intervalMs: number;
}

/** Which policy is in force: the pinned one, and what the server gives out in its place. */
export class PolicyUpdates {
  /** Where the pinned policy is. */
  vault: Vault | undefined;
  readonly #parts: Parts;
  readonly #policy: PolicyInForce;
  readonly #channel = new BroadcastChannel('session-keeper');
  #touch: Handlers['touch'] | undefined;
  #flight: Promise<void> | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  /** The highest version that the session's record names. */
  #mark = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#policy = parts.configuration.policy;
  }

  /** The highest version that this worker knows of; 0 where it knows of none. */
  get latest(): number {
    return Math.max(this.#mark, this.#policy.version ?? 0);
  }

  /** From now on the server is asked. */
  begin(touch: Handlers['touch']): void {
    this.#touch = touch;
  }

  /** The vault was read: another worker, or this one's last life, may have pinned a policy. */
  see(mark: number | undefined, record: PinRecord | undefined): void {
    this.#mark = Math.max(this.#mark, mark ?? 0);
    // A script can put back what was pinned before. Then it is as if nothing were.
    if (!record || (record.pin?.version ?? 0) < this.latest) return;
    this.#askedAt = Math.max(this.#askedAt, record.askedAt);
    const { pin } = record;
    if (!pin || pin.version === this.#policy.version) return;
    try {
      putInForce(this.#policy, { ...resolveWhole(pin.policy), ...pinned(pin) });
    } catch {
      // A former build took it. The server is asked, and what it says now is refused with the reason.
    }
  }

  /** Asks the server if it is time to. Cheap: it is called at each sign of life. */
  consider(): void {
    if (this.#flight || !this.#touch || !this.#isDue(this.#askedAt)) return;
    this.#askedAt = this.#parts.environment.clock.now();
    // What the vault does not take now waits for the next time.
    this.#flight = this.#ask()
      .catch(() => undefined)
      .finally(() => {
        this.#flight = undefined;
      });
  }

  /** Settles when the server is not being asked. Never rejects. */
  async settled(): Promise<void> {
    await this.#flight;
  }

  /** A clock that was set back says nothing about how long ago it was. */
  #isDue(askedAt: number): boolean {
    return Math.abs(this.#parts.environment.clock.now() - askedAt) >= this.#parts.intervalMs;
  }

  async #ask(): Promise<void> {
    const { vault } = this;
    if (!vault) return;
    const former = await readPin(vault);
    // Another worker has asked since this one looked.
    if (former && !this.#isDue(former.value.askedAt) && (former.value.pin?.version ?? 0) >= this.latest)
      return;
    if (!(await writePin(vault, former, { ...former?.value, askedAt: this.#askedAt }))) return;
    const answer = await this.#parts.ask();
    if (answer === 'away') return;
    const stored = await readPin(vault);
    this.see(undefined, stored?.value);
    if (answer === 'none')
      await this.#refuse(vault, stored, 'no_document', 'The server gives out no policy.');
    else await this.#take(vault, stored, answer.document);
  }

  async #take(vault: Vault, stored: Stored<PinRecord> | undefined, given: unknown): Promise<void> {
    let document: Checked;
    try {
      document = checkPolicyDocument(given);
    } catch (error) {
      return this.#refuse(vault, stored, 'invalid', (error as Error).message);
    }
    const { version, resolved } = document;
    const changed = changedNames(policySettings(valuesOf(this.#policy)), policySettings(resolved));
    if (version < this.latest) {
      const message = `Version ${version} comes after version ${this.latest}.`;
      return this.#refuse(vault, stored, 'rollback', message, version);
    }
    if (version === this.#policy.version) {
      if (changed.length === 0) return this.#keep(vault, stored, document);
      const message = `Version ${version} was another policy before: ${changed.join(', ')}.`;
      return this.#refuse(vault, stored, 'altered', message, version);
    }
    await this.#pin(vault, stored, document, changed);
  }

  async #pin(
    vault: Vault,
    stored: Stored<PinRecord> | undefined,
    { version, policy, resolved }: Checked,
    changed: readonly string[],
  ): Promise<void> {
    // A session that is over by the policy of before does not come back by another.
    const status = await this.#touch?.('limit');
    const now = this.#parts.environment.clock.now();
    // Once for each version: or whoever removes the record again and again would put the end off.
    const isNew = version > this.latest;
    const floors = status && isNew ? floorsOf(status, resolved, now) : NO_FLOORS;
    const pin = { version, policy, ...floors };
    const note = this.#parts.configuration.auditLog?.noteWith({
      kind: 'policy-changed',
      cause: 'fetched',
      changed,
      policyVersion: version,
    });
    if (!(await writePin(vault, stored, { askedAt: this.#askedAt, pin }, note))) return;
    putInForce(this.#policy, { ...resolved, ...pinned(pin) });
    // To another version of the worker, and to this one's session, which tells the pages when it ends now.
    this.#channel.postMessage('stored');
  }

  /** What is in force was taken out of the vault, perhaps. */
  async #keep(
    vault: Vault,
    stored: Stored<PinRecord> | undefined,
    { version, policy }: Checked,
  ): Promise<void> {
    if (stored?.value.pin?.version === version) return;
    const { idleNotBefore = 0, absoluteNotBefore = 0 } = this.#policy;
    const pin = { version, policy, idleNotBefore, absoluteNotBefore };
    await writePin(vault, stored, { askedAt: this.#askedAt, pin });
  }

  /** Nothing changes by it, and it is told once. */
  async #refuse(
    vault: Vault,
    stored: Stored<PinRecord> | undefined,
    cause: Refusal,
    message: string,
    version?: number,
  ): Promise<void> {
    const refused = `${cause} ${version ?? message}`;
    if (stored?.value.refused === refused) return;
    const { configuration, scope } = this.#parts;
    const note = configuration.auditLog?.noteWith({ kind: 'policy-refused', cause });
    if (!(await writePin(vault, stored, { ...stored?.value, askedAt: this.#askedAt, refused }, note))) return;
    const problem = {
      code: 'policy_refused',
      message: `The fetched policy was refused, and the one before it holds on. ${message}`,
      retryable: false,
    } as const;
    await tellPages(scope.clients, { type: 'problem', problem }).catch(() => undefined);
  }
}

function pinned({ version, idleNotBefore, absoluteNotBefore }: Pin) {
  return { version, idleNotBefore, absoluteNotBefore };
}
