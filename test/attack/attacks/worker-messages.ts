import fc from 'fast-check';
import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import { weakWorker } from '../weak/weak-workers.js';
import { dropHeaders } from '../weak/weaken.js';
import { callWorker } from '../worker-call.js';

const GENERATED = 10_000;
const BATCH = 1000;

const COMMANDS = ['hello', 'signIn', 'renew', 'touch', 'claim'];
const NAMES = [
  ...COMMANDS,
  // Only in a worker with the options `telemetry` and `auditLog`, which this one has not.
  'diagnose',
  'auditLog',
  'constructor',
  '__proto__',
  'prototype',
  'toString',
  'then',
  'session',
  'vault',
  'accessToken',
];
const TYPES = ['APPLY', 'GET', 'SET', 'CONSTRUCT', 'ENDPOINT', 'RELEASE'];

const path = fc.oneof(
  fc.constantFrom(...NAMES).map((name) => [name]),
  fc.array(
    fc.oneof(
      fc.constantFrom(...NAMES),
      fc.string(),
      fc.constantFrom(...NAMES).map((name) => [name]),
    ),
    {
      maxLength: 4,
    },
  ),
);
const argument = fc.oneof(
  fc.record({ type: fc.constant('RAW'), value: fc.jsonValue() }),
  fc.record({
    type: fc.constant('RAW'),
    value: fc.record({
      mode: fc.constantFrom('popup', 'redirect'),
      returnTo: fc.webPath(),
      protocol: fc.nat(),
    }),
  }),
  fc.record({ type: fc.constant('HANDLER'), name: fc.constantFrom('proxy', 'throw'), value: fc.jsonValue() }),
  fc.jsonValue(),
);
const call = fc.record({
  id: fc.uuid(),
  type: fc.oneof(fc.constantFrom(...TYPES), fc.constant('APPLY'), fc.string()),
  path,
  argumentList: fc.oneof(fc.array(argument, { maxLength: 2 }), fc.jsonValue()),
  value: argument,
});
const note = fc.record({ type: fc.constantFrom('cancel', 'sent', 'unsent', 'sending'), tag: fc.string() });
const content = fc.oneof(
  { weight: 7, arbitrary: fc.record({ call }) },
  { weight: 1, arbitrary: fc.record({ call, protocol: fc.oneof(fc.nat(3), fc.jsonValue()) }) },
  { weight: 1, arbitrary: fc.record({ note }) },
  { weight: 1, arbitrary: fc.record({ call: fc.jsonValue(), event: fc.jsonValue() }) },
);

/** What the worker understands, and each way of comlink's wire to get more out of it. */
async function walkTheBridge(): Promise<void> {
  const raw = (value: unknown) => ({ type: 'RAW', value });
  const code = `const { set } = Headers.prototype;
    Headers.prototype.set = function (name, value) {
      clients.matchAll({ includeUncontrolled: true }).then((all) => all.forEach((each) => each.postMessage({ name, value })));
      return set.call(this, name, value);
    };`;
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    const port = data?.call?.value;
    if (!(port instanceof MessagePort)) return;
    port.onmessage = (event) => attacker.take('a port of the worker', event.data);
    port.postMessage({ id: 'port', type: 'APPLY', path: [], argumentList: [] });
  });
  const names = ['hello', 'signIn', 'renew', 'touch', 'claim'];
  let id = 0;
  for (const name of names) {
    for (const value of [
      {},
      { protocol: 1 },
      { mode: 'popup' },
      { mode: 'redirect', returnTo: '//evil/' },
      'wake',
    ])
      await attacker.post({
        call: { id: `attacker ${id++}`, type: 'APPLY', path: [name], argumentList: [raw(value)] },
      });
    for (const steps of [
      ['constructor'],
      ['constructor', 'constructor'],
      ['__proto__'],
      ['then'],
      ['bind'],
    ]) {
      for (const type of ['GET', 'CONSTRUCT', 'APPLY', 'ENDPOINT', 'RELEASE'])
        await attacker.post({
          call: { id: `attacker ${id++}`, type, path: [name, ...steps], argumentList: [raw(code)] },
        });
    }
    await attacker.post({ call: { id: `attacker ${id++}`, type: 'SET', path: [name], value: raw('mine') } });
    await attacker.post({ call: { id: `attacker ${id++}`, type: 'GET', path: [[name]] } });
  }
  for (const path of [
    [],
    ['__proto__'],
    ['constructor'],
    ['hasOwnProperty'],
    [['signIn']],
    'signIn',
    { 0: 'signIn', length: 1 },
  ])
    await attacker.post({ call: { id: `attacker ${id++}`, type: 'APPLY', path, argumentList: [] } });
  for (const handler of ['proxy', 'throw']) {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => attacker.take('a call of the worker', data);
    const value =
      handler === 'proxy' ? port2 : { isError: true, value: { message: 'm', name: 'n', stack: 's' } };
    await attacker.post(
      {
        call: {
          id: `attacker ${id++}`,
          type: 'APPLY',
          path: ['hello'],
          argumentList: [{ type: 'HANDLER', name: handler, value }],
        },
      },
      handler === 'proxy' ? [port2] : [],
    );
  }
}

async function run(stage: Stage): Promise<void> {
  await stage.run(walkTheBridge, undefined);
  const messages = fc.sample(content, { numRuns: GENERATED, seed: 20_261_125 });
  for (let start = 0; start < messages.length; start += BATCH) {
    await stage.run(
      async (batch) => {
        for (const message of batch) await attacker.post(message);
        await attacker.settled();
      },
      messages.slice(start, start + BATCH) as Record<string, unknown>[],
    );
  }
  // What was planted shows with the next request.
  await stage.run(async (api) => {
    await fetch(`${api}/v1/time`).catch(() => undefined);
    await attacker.pause(500);
  }, stage.system.api.origin);
  // Last, because it ends the session: with an ID token in the worker's hand.
  for (const argument of ['{"endSession":"x","everywhere":true}', '{"endSession":true,"returnTo":"//evil/"}'])
    await stage.run(callWorker, { name: 'signOut', argument });
}

export const workerMessages: Attack = {
  name: 'worker messages',
  tries: "every command, comlink's whole wire, and 10,000 generated messages",
  threat: '5.1.1',
  defence: 'six commands with one plain argument each; no reply is a credential',
  weakness: {
    without: "the bridge's allow-list and the worker's policy",
    deployment: { system: weakWorker('bare-expose') },
    weaken: (stage) =>
      stage.onAppRequest((req, res) => {
        if (req.url === '/service-worker.js') dropHeaders(res, ['content-security-policy']);
        return false;
      }),
  },
  run,
};
