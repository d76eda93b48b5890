import type { AuditKind } from '../../shared/audit-catalogue.js';
import { objectOf } from '../../shared/misuse.js';
import { resolveNumbers } from '../../shared/policy.js';
import { receiverUrl } from '../receiver.js';
import { SessionTurns } from '../session-turns.js';
import type { TelemetryParts, Watch, Watchable } from '../telemetry/telemetry.js';
import type { Vault } from '../vault/vault.js';
import { Wakefulness } from '../wakefulness.js';
import type { AuditDeliveryOptions, AuditLog, AuditLogOptions } from './audit-log.js';
import { AuditedVault } from './audited-vault.js';
import { AuditDelivery, type DeliverySettings } from './delivery.js';
import { Drafts } from './drafts.js';
import { withAuditLog } from './read-command.js';
import { AuditRing } from './ring.js';
import { changedNames, settingsOf } from './settings.js';
import { AuditTrail } from './trail.js';
import { watchRenewals } from './watch-renewals.js';
import { watchStatus } from './watch-status.js';

const NUMBERS = { entries: [1000, 100, 10_000] } as const;
const DELIVERY_NUMBERS = { batchEntries: [100, 1, 1000], timeoutSeconds: [10, 1, 30] } as const;

/**
 * For the option `auditLog`: writes down every sign-in, renewal, fallback, step-up, end, change of the policy, and what looks like an attack,
 * as `docs/audit.md` lists it. The entries rest in the vault, sealed and chained, so that a script of the page that removes or puts
 * back some of them is noticed. It is a function of its own so that a worker without it has nothing of it to load.
 *
 * ```ts
 * keepSession({ …, auditLog: auditLog({ deliver: { url: '/audit' } }) });
 * ```
 */
export function auditLog(options: AuditLogOptions = {}): AuditLog {
  let connected: ReturnType<typeof connect> | undefined;
  return {
    note: (kind, cause) => connected?.note(kind, cause),
    noteWith: (note) => connected?.noteWith(note),
    connect: (parts, watch) => {
      connected = connect(parts, watch, options);
      return connected.watch;
    },
  };
}

function connect(
  { configuration, environment, scope }: TelemetryParts,
  watch: Watch,
  options: AuditLogOptions,
): Pick<AuditLog, 'note' | 'noteWith'> & { readonly watch: Watch } {
  const { entries, delivery: settings } = checked(options, environment.origin);
  const turns = new SessionTurns(configuration.policy);
  const drafts = new Drafts(environment.clock, configuration.policy);
  // Before a fetched policy takes effect: that is told apart from what the code says.
  const now = settingsOf(configuration);
  const draft = (kind: AuditKind, cause: string, changed?: readonly string[]) =>
    drafts.of(kind, cause, turns.session, changed);
  const draftBreak = (cause: string) => draft('log-broken', cause);
  let log: ReturnType<typeof opened> | undefined;
  /** The session that is held up, as long as its record does not say so. */
  let demanded: string | undefined;
  const isDemanded = () =>
    turns.session?.demanded !== undefined ||
    (turns.session !== undefined && turns.session.attempt === demanded);
  const note: AuditLog['note'] = (kind, cause) => {
    if (kind === 'step-up-demanded') demanded = turns.session?.attempt;
    log?.trail.add([draft(kind, cause)]);
  };
  const noteWith: AuditLog['noteWith'] = ({ kind, cause, changed, policyVersion }) => {
    if (!log) return undefined;
    const { trail } = log;
    const made = draft(kind, cause, changed);
    const value = [policyVersion === undefined ? made : { ...made, policyVersion }];
    const name = trail.pendingName();
    return { record: { name, value }, written: () => trail.add(value, name) };
  };
  const wakefulness = new Wakefulness(environment.setTimer, async () => {
    await log?.trail.settled();
    await log?.delivery?.settled();
  });

  function opened(vault: Vault) {
    const ring = new AuditRing(vault, entries, () => turns.session?.auditSeq);
    const delivery = settings && new AuditDelivery({ settings, environment, ring, vault });
    const trail = new AuditTrail(vault, ring, draftBreak, () => delivery?.begin());
    let isBegun = false;
    /** What the worker before this one left, and what was changed since. */
    const begin = () => {
      if (isBegun) return;
      isBegun = true;
      void trail
        .inTurn(async () => {
          await ring.look(draftBreak);
          await trail.adopt();
          const changed = ring.settings && changedNames(ring.settings, now);
          const changes = changed?.[0] ? [draft('policy-changed', 'configuration', changed)] : [];
          if (!ring.settings || changes.length > 0) await ring.append(changes, draftBreak, { settings: now });
          delivery?.begin();
        })
        .catch(() => {
          isBegun = false;
        });
    };
    return { ring, delivery, trail, begin };
  }

  const watchers: { [Name in keyof Watchable]?: (part: Watchable[Name]) => Watchable[Name] } = {
    vault: (vault) => {
      log = opened(vault);
      const { trail, ring, begin } = log;
      return new AuditedVault({ vault, turns, drafts, trail, mark: () => ring.seq, onUse: begin });
    },
    refresh: (refresh) => watchRenewals(refresh, note),
    status: (status) => watchStatus(status, () => turns.session?.attempt, isDemanded, note),
    keeper: (keeper) => {
      scope.addEventListener('message', (event) => event.waitUntil(wakefulness.afterCommands()));
      const read = async () => {
        if (!log) throw new TypeError('the vault is not watched');
        const { trail, ring } = log;
        return trail.inTurn(async () => {
          await ring.look(draftBreak);
          return ring.read();
        });
      };
      return wakefulness.keeper(withAuditLog(keeper, () => turns.session, read));
    },
  };
  return { note, noteWith, watch: (name, part) => watchers[name]?.(watch(name, part)) ?? watch(name, part) };
}

function checked(options: AuditLogOptions, origin: string) {
  const { deliver, ...numbers }: AuditLogOptions = objectOf('auditLog', options, ['entries', 'deliver']);
  return {
    ...resolveNumbers('auditLog', NUMBERS, numbers),
    delivery: deliver === undefined ? undefined : delivering(deliver, origin),
  };
}

function delivering(options: AuditDeliveryOptions, origin: string): DeliverySettings {
  const name = 'auditLog.deliver';
  const given = objectOf(name, options, ['url', ...Object.keys(DELIVERY_NUMBERS)]);
  const { url, ...numbers } = given as unknown as AuditDeliveryOptions;
  return {
    url: receiverUrl(`${name}.url`, url, origin),
    ...resolveNumbers(name, DELIVERY_NUMBERS, numbers),
  };
}
