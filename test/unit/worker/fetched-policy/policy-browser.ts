import { vi } from 'vitest';
import type { Envelope, SignOfLife } from '../../../../src/shared/protocol.js';
import type { SessionStatus } from '../../../../src/shared/session-status.js';
import type { AuditLog, NoteToWrite, WrittenNote } from '../../../../src/worker/audit/audit-log.js';
import { fetchedPolicy } from '../../../../src/worker/fetched-policy/create-fetched-policy.js';
import type { FetchedPolicyOptions } from '../../../../src/worker/fetched-policy/fetched-policy.js';
import type { Keeper } from '../../../../src/worker/keeper.js';
import { resolveOptions, type SessionKeeperOptions } from '../../../../src/worker/options.js';
import { Session } from '../../../../src/worker/session.js';
import { RECORD, type SessionRecord } from '../../../../src/worker/session-record.js';
import type { Watch } from '../../../../src/worker/telemetry/telemetry.js';
import { MemoryVault } from '../../../../src/worker/vault/memory-vault.js';
import { ManualTime, turn } from '../manual-time.js';
import { OPTIONS, ORIGIN, sessionRecord } from '../worker-parts.js';

const DAYS = 86_400_000;

/** One browser, its vault, and the app's server; its workers come and go. */
export class PolicyBrowser {
  readonly time = new ManualTime();
  readonly vault = new MemoryVault();
  /** What the server gives out; a function makes each answer. */
  serves: unknown;
  readonly asked: { readonly url: string; readonly init: RequestInit | undefined }[] = [];
  /** Messages of the problems that the pages were told. */
  readonly told: string[] = [];
  readonly noted: WrittenNote[] = [];
  readonly lives: PolicyLife[] = [];

  constructor() {
    const { lives } = this;
    vi.stubGlobal(
      'BroadcastChannel',
      class {
        postMessage(): void {
          for (const { session } of lives) void session.heard(true);
        }
      },
    );
  }

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    this.asked.push({ url: String(input), init });
    if (typeof this.serves === 'function') return this.serves();
    return this.serves === undefined ? new Response('', { status: 503 }) : Response.json(this.serves);
  };

  /** Somebody signs in, now, with a token that outlives every test. */
  async signIn(changes: Partial<SessionRecord> = {}): Promise<void> {
    const now = this.time.now();
    const record = sessionRecord({ signedInAt: now, beganAt: now, lifetimeMs: 400 * DAYS, ...changes });
    await this.vault.commit({
      put: [
        { name: RECORD.session, value: record },
        { name: RECORD.activity, value: { lastInputAt: now } },
      ],
    });
  }

  /** The browser starts a worker; the one before, if there is one, is gone. */
  async start(
    options: Partial<SessionKeeperOptions> = {},
    more: FetchedPolicyOptions = {},
  ): Promise<PolicyLife> {
    const life = new PolicyLife(this, options, more);
    this.lives.splice(0, this.lives.length, life);
    await life.commands.hello();
    await turn();
    return life;
  }
}

/** One life of a worker, as far as the policy is concerned. */
export class PolicyLife {
  readonly session: Session;
  readonly commands: Keeper['commands'];
  readonly policy: ReturnType<typeof resolveOptions>['policy'];
  /** What its events wait for. */
  readonly listeners: ((event: { waitUntil(work: Promise<unknown>): void }) => void)[] = [];
  statusesTold = 0;
  readonly #browser: PolicyBrowser;

  constructor(browser: PolicyBrowser, options: Partial<SessionKeeperOptions>, more: FetchedPolicyOptions) {
    this.#browser = browser;
    const { time, noted, told } = browser;
    const log = {
      connect: () => untouched,
      noteWith: (note: WrittenNote): NoteToWrite => ({
        record: { name: 'note', value: note },
        written: () => noted.push(note),
      }),
    };
    const configuration = resolveOptions(
      { ...OPTIONS, ...options, fetchedPolicy: fetchedPolicy(more), auditLog: log as unknown as AuditLog },
      ORIGIN,
    );
    this.policy = configuration.policy;
    const page = {
      postMessage: ({ event }: Envelope) => event?.type === 'problem' && told.push(event.problem.message),
    };
    const environment = {
      clock: time,
      setTimer: time.setTimer,
      fetch: browser.fetch,
      locks: undefined as never,
      random: () => 1,
      origin: ORIGIN,
    };
    const scope = {
      location: { pathname: '/service-worker.js' },
      clients: { matchAll: async () => [page] },
      addEventListener: (_: string, listener: (typeof this.listeners)[number]) =>
        this.listeners.push(listener),
    };
    const untouched: Watch = (_, part) => part;
    const watch =
      configuration.fetchedPolicy?.connect(
        { configuration, environment, scope: scope as never },
        untouched,
      ) ?? untouched;
    const vault = watch('vault', browser.vault);
    const session = new Session(
      configuration,
      environment,
      vault,
      () => {
        this.statusesTold += 1;
      },
      () => undefined,
    );
    this.session = session;
    const commands = {
      hello: async () => {
        await session.load();
        await session.enforceLimits();
      },
      touch: async (signal: SignOfLife) => {
        await session.load();
        if (signal === 'input') await session.enforceLimits('input');
        else await session.enforceLimits();
        return session.status(0);
      },
    };
    this.commands = watch('keeper', { commands, fetchHandler: {} } as unknown as Keeper).commands;
  }

  get status(): SessionStatus {
    return this.session.status(0);
  }

  /** A page's sign of life, and everything that comes of it. */
  async touch(signal: SignOfLife = 'ping'): Promise<SessionStatus> {
    await this.commands.touch(signal);
    await turn();
    return this.status;
  }

  /** Time passes, and a page gives a sign of life at its end. */
  async pass(seconds: number, signal: SignOfLife = 'ping'): Promise<SessionStatus> {
    await this.#browser.time.pass(seconds * 1000);
    return this.touch(signal);
  }
}
