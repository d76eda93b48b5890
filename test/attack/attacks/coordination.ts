import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import { weakWorker } from '../weak/weak-workers.js';

/** Holds and steals the worker's lock, and speaks on its channel as a worker would. */
async function disturb(evil: string): Promise<void> {
  const channel = new BroadcastChannel('session-keeper');
  const forged = [
    'stored',
    { type: 'session-request' },
    { type: 'stored', session: { accessToken: 'x', refreshToken: 'y' }, generation: 1e9 },
    { metadata: { token_endpoint: evil, issuer: evil } },
    {
      channel: 'session-keeper',
      protocol: 1,
      call: { id: '1', type: 'APPLY', path: ['hello'], argumentList: [] },
    },
    { channel: 'session-keeper', protocol: 1, event: { type: 'status', status: { phase: 'active' } } },
    { token_endpoint: evil },
  ];
  const steal = setInterval(() => {
    navigator.locks
      .request(
        'session-keeper:renewal',
        { steal: true },
        () => new Promise((resolve) => setTimeout(resolve, 200)),
      )
      .catch(() => undefined);
    for (const message of forged) channel.postMessage(message);
  }, 20);
  const { [Symbol.for('session-keeper.session')]: session } = globalThis as unknown as {
    [name: symbol]: { renew(): Promise<unknown> };
  };
  for (let round = 0; round < 2; round += 1) await session?.renew().catch(() => undefined);
  clearInterval(steal);
  attacker.take('locks', await navigator.locks.query());
  await attacker.pause(300);
}

async function run(stage: Stage): Promise<void> {
  const { authorizationServer } = stage.system;
  const { reuseDetections } = authorizationServer.stats();
  await stage.run(disturb, stage.evil.site);
  if (authorizationServer.stats().reuseDetections > reuseDetections)
    stage.loot.gain('a refresh token used twice, and with it the session’s end');
}

/** How long the worker waits for a lock that somebody holds is a part of this: short, so that the attack is. */
const IMPATIENT = { workerOptions: { policy: { renewal: { attemptTimeoutSeconds: 2 } } } };

export const coordination: Attack = {
  name: 'locks and broadcasts',
  tries: 'holds and steals the renewal’s lock, and forges every message of the worker’s channel',
  threat: '5.1.1',
  defence: 'a message is a hint to read again; a compare-and-set decides, not the lock',
  deployment: { system: IMPATIENT },
  weakness: {
    without: 'a channel that carries no data',
    deployment: { system: { ...IMPATIENT, ...weakWorker('sharing') } },
  },
  run,
};

export const clock: Attack = {
  name: 'clock',
  tries: 'replaces the page’s clock and tells the worker another time in every message that it knows',
  threat: '5.1.1',
  defence: 'the worker reads its own clock',
  weakness: { without: 'a clock of the worker’s own', deployment: { system: weakWorker('page-clock') } },
  before: () => {
    const { now } = Date;
    Date.now = () => now() + 86_400_000;
  },
  run: async (stage) => {
    await stage.run(async () => {
      const now = 4_102_444_800_000;
      await attacker.post({ now });
      await attacker.post({ note: { type: 'cancel', tag: 'x', now }, now });
      const registration = await navigator.serviceWorker.getRegistration();
      registration?.active?.postMessage({ now, clock: now, time: now });
      await attacker.pause(100);
    }, undefined);
    const session = "globalThis[Symbol.for('session-keeper.session')]";
    const end = await stage.tab.evaluate<number>(
      `${session}.renew().then(({ accessTokenEndsAt }) => accessTokenEndsAt, () => 0)`,
    );
    if (Math.abs(end - Date.now()) > 12 * 3600_000)
      stage.loot.gain('a session that lives by the page’s clock');
  },
};
