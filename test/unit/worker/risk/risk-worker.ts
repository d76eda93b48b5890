import type { SignOfLife } from '../../../../src/shared/protocol.js';
import type { Keeper } from '../../../../src/worker/keeper.js';
import type { SessionKeeperOptions } from '../../../../src/worker/options.js';
import type { ReplayableRequest } from '../../../../src/worker/replayable-request.js';
import { RequestQueue } from '../../../../src/worker/request-queue.js';
import { riskRules } from '../../../../src/worker/risk/risk-rules.js';
import type { SessionRecord } from '../../../../src/worker/session-record.js';
import { stepUp } from '../../../../src/worker/step-up/create-step-up.js';
import type { Seal } from '../../../../src/worker/vault/seal.js';
import { turn } from '../manual-time.js';
import { type Browser, ORIGIN, sessionRecord, workerParts } from '../worker-parts.js';

export const HOUR = 3600;
export const POLICY = {
  idleTimeoutSeconds: 8 * HOUR,
  stepUp: { afterAbsenceSeconds: HOUR, networkCheckSeconds: 600 },
};
/** At once, so that a turn is enough for everything. */
const seal = { close: async () => 'sealed' } as unknown as Seal;

export const mark = (letter: string) => letter.repeat(43);

/** The app's server, and what the audit log is told. */
export class Surroundings {
  /** What the server answers; nothing: it is away. */
  marks: readonly string[] | undefined = [mark('H')];
  /** It takes the question, and does not answer. */
  hangs = false;
  asked = 0;
  /** Why step-ups were demanded. */
  readonly demanded: string[] = [];
}

/** One worker with step-up and its rules, as far as they are concerned. */
export async function startWorker(
  browser: Browser,
  around: Surroundings,
  policy: SessionKeeperOptions['policy'] = POLICY,
) {
  const auditLog = {
    connect: () => (_: unknown, part: unknown) => part,
    note: (kind: string, cause: string) => void around.demanded.push(`${kind} ${cause}`),
  } as unknown as NonNullable<SessionKeeperOptions['auditLog']>;
  const parts = workerParts(browser, { policy, auditLog, stepUp: stepUp() });
  const { session, environment, configuration } = parts;
  const queue = new RequestQueue(configuration.policy.queue, environment, () => undefined);
  const fetch = async () => {
    around.asked += 1;
    if (around.hangs) return new Promise<never>(() => undefined);
    return around.marks ? new Response(around.marks.join('\n')) : Response.error();
  };
  const connected = stepUp({ rules: riskRules() }).connect({
    ...parts,
    environment: { ...environment, fetch },
    queue,
    pages: { sending: async () => undefined },
    release: () => undefined,
    resource: { send: async () => new Response('done') },
    scope: { location: new URL(`${ORIGIN}/service-worker.js`) } as never,
    seal,
  });
  const request = { mode: 'cors' } as Request;
  const { commands, fetchHandler } = connected.wrap({
    commands: {
      hello: async () => undefined,
      touch: (signal: SignOfLife) => (signal === 'input' ? session.enforceLimits('input') : undefined),
    },
    fetchHandler: {
      route: () => undefined,
      answer: async () => {
        const credential = session.usable() ?? sessionRecord();
        return connected.resource.send({} as ReplayableRequest, credential);
      },
    },
  } as unknown as Keeper);
  await session.load();
  return {
    session,
    policy: configuration.policy,
    signIn: connected.signIn,
    status: () => session.status(0),
    /** A page begins. */
    open: async () => {
      await commands.hello();
      await turn();
    },
    /** A page's sign of life. */
    touch: async (signal: SignOfLife) => {
      await commands.touch(signal);
      await turn();
    },
    /** A page's request; 401: it waits for the person. */
    send: async (): Promise<number> => {
      const arrival = { request, clientId: 'tab', resultingClientId: '', waitUntil: () => undefined };
      const response = await fetchHandler.answer({ kind: 'api', api: {} as never }, arrival);
      await turn();
      return response.status;
    },
    /** Without waiting for what came before. */
    sendAtOnce: () =>
      fetchHandler.answer(
        { kind: 'api', api: {} as never },
        {
          request,
          clientId: 'tab',
          resultingClientId: '',
          waitUntil: () => undefined,
        },
      ),
    renew: async () => {
      const { stored } = session;
      if (!stored) return;
      const { generation } = stored.value;
      const beganAt = browser.time.now();
      await session.renewed(stored, { ...stored.value, generation: generation + 1, beganAt });
    },
    /** The person is verified as it was demanded. */
    verify: async (changes: Partial<SessionRecord> = {}) => {
      const former = session.stored?.value;
      const now = browser.time.now();
      const record = sessionRecord({
        attempt: crypto.randomUUID(),
        signedInAt: now,
        beganAt: now,
        ...changes,
      });
      // As the sign-in's last step leaves it.
      const networks = former?.networks && { known: former.networks.known, isNext: true };
      await session.begin({ ...record, lifetimeMs: 1e12, ...(networks && { networks }) }, []);
      await turn();
    },
  };
}
