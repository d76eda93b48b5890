import { fileURLToPath } from 'node:url';
import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import { weakWorker } from '../weak/weak-workers.js';
import { callWorker } from '../worker-call.js';
import { installVaultKit } from './vault-records.js';
import { copySession, note, putBack } from './vault-rollback.js';

const worker = (name: string) => fileURLToPath(new URL(`../../workers/${name}.ts`, import.meta.url));

/** Asks what a worker asks its server, in every way that a page has; gives what it got that was the worker's alone. */
async function askTheServer(): Promise<string[]> {
  const script = '/service-worker.js';
  const questions = [
    'events',
    'sign-out-everywhere',
    'present',
    'EVENTS',
    '%65vents',
    'events&x',
    'events#x',
  ];
  const gains = new Set<string>();
  const forged: Record<string, string>[] = [
    {},
    { authorization: 'Bearer forged' },
    { authorization: 'DPoP forged', dpop: 'forged' },
    { 'service-worker': 'script', 'sec-fetch-dest': 'serviceworker', 'sec-fetch-mode': 'same-origin' },
    { 'x-http-method-override': 'POST', 'x-original-url': `${script}?events` },
    { 'session-keeper-tag': 'x', 'session-keeper-epoch': 'x', cookie: 'x=y' },
  ];
  const ask = async (question: string, init: RequestInit) => {
    const response = await fetch(`${script}?${question}`, init).catch(() => undefined);
    const isStream = response?.headers.get('content-type')?.startsWith('text/event-stream');
    if (response?.status === 204) gains.add('a sign-out of all devices, by the page’s own request');
    if (isStream && response?.ok) gains.add('the stream that tells of the session’s end');
    if (isStream) await response?.body?.cancel();
    else attacker.take(`?${question}`, [[...(response?.headers ?? [])], await response?.text()]);
  };
  const notice = `${JSON.stringify({ subject: 'ada', reason: 'revoked', at: Date.now() })}`;
  for (const question of questions) {
    const inits: RequestInit[] = [
      ...forged.map((headers) => ({ method: 'POST', headers })),
      ...['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'post'].map((method) => ({ method })),
      ...(['cors', 'no-cors', 'same-origin'] as const).map((mode) => ({ method: 'POST', mode })),
      { method: 'POST', credentials: 'omit' },
      { method: 'POST', keepalive: true },
      { method: 'POST', cache: 'force-cache' },
      { method: 'POST', body: notice },
    ];
    const before = gains.size;
    // One stream says it all; many would use up the browser's connections.
    for (const init of inits) if (gains.size === before) await ask(question, init);
  }
  for (const question of ['events', 'sign-out-everywhere']) {
    const url = `${script}?${question}`;
    const source = new EventSource(url);
    source.onmessage = () => gains.add('the stream that tells of the session’s end');
    source.addEventListener('end', () => gains.add('the stream that tells of the session’s end'));
    source.onopen = () => gains.add('the stream that tells of the session’s end');
    navigator.sendBeacon(url, notice);
    const xhr = new XMLHttpRequest();
    xhr.open('POST', url);
    xhr.setRequestHeader('authorization', 'Bearer forged');
    xhr.send(notice);
    new Image().src = url;
    for (const [tag, attribute] of [
      ['script', 'src'],
      ['iframe', 'src'],
      ['object', 'data'],
      ['link', 'href'],
    ] as const) {
      const element = document.createElement(tag);
      if (tag === 'link') element.setAttribute('rel', 'stylesheet');
      element.setAttribute(attribute, url);
      document.body.append(element);
    }
    const frame = document.createElement('iframe');
    frame.name = question;
    const form = Object.assign(document.createElement('form'), { method: 'post', target: question });
    form.action = url;
    document.body.append(frame, form);
    try {
      form.submit();
    } catch {
      // Firefox throws where the policy forbids it.
    }
    await attacker.pause(300);
    attacker.take('XMLHttpRequest', xhr.responseText);
    source.close();
    xhr.abort();
  }
  return [...gains];
}

export const serverEventsAttack: Attack = {
  name: 'server events',
  tries:
    'asks the app’s server what a worker asks it, with each method, header, mode and element: to listen in, and to sign out all devices',
  threat: '5.1.2',
  defence:
    'the server goes by the credential alone, and at its own script’s URL the worker adds none to what a page asks, also under an API',
  deployment: { system: { workerSource: worker('own-script-api') } },
  weakness: {
    without: 'that exception',
    deployment: { system: weakWorker('credential-for-server') },
  },
  run: async (stage) => {
    for (const gain of await stage.run(askTheServer, undefined)) stage.loot.gain(gain);
    if (stage.system.authorizationServer.liveRefreshTokens('ada') === 0)
      stage.loot.gain('a sign-out of all devices, by the page’s own request');
  },
};

/** Says in every way that the session has ended, or that it has not. */
async function speakForTheServer(word: 'end' | 'beat'): Promise<void> {
  const said = [
    { type: word, reason: 'revoked' },
    { event: { type: word, reason: 'signed-out' } },
    { event: word, data: 'revoked' },
    `event: ${word}\ndata: revoked\n\n`,
    `current signature ${JSON.stringify({ subject: 'ada', reason: 'revoked', at: Date.now() })}`,
    { ended: word === 'end', identity: { subject: 'ada', ended: word === 'end' } },
  ];
  const channel = new BroadcastChannel('session-keeper');
  const { active } = (await navigator.serviceWorker.getRegistration()) ?? {};
  for (const each of said) {
    channel.postMessage(each);
    active?.postMessage(each);
    await attacker.post(typeof each === 'string' ? { event: each } : each);
  }
  const stream = () => new Response(String(said[3]), { headers: { 'content-type': 'text/event-stream' } });
  const cache = await caches.open('attacker').catch(() => undefined);
  await cache?.put('/service-worker.js?events', stream()).catch(() => undefined);
  channel.close();
}

const phaseOf = async (stage: Stage) => {
  const reply = await stage.run(callWorker, { name: 'hello', argument: '{}' });
  return /"phase":"([\w-]+)"/.exec(reply)?.[1] ?? reply;
};

async function runFalseEndings(stage: Stage): Promise<void> {
  const copy = await copySession(stage);
  await stage.run(speakForTheServer, 'end');
  await stage.run(callWorker, { name: 'renew', argument: '{}' });
  await stage.pause(300);
  if ((await phaseOf(stage)) === 'ended') stage.loot.gain('an end that the server did not tell');
  // And the other way round: the server says that it is over.
  const speaking = stage.run(async () => {
    for (let round = 0; round < 20; round += 1) {
      for (const type of ['beat', 'stored']) new BroadcastChannel('session-keeper').postMessage({ type });
      await attacker.pause(50);
    }
  }, undefined);
  await stage.system.app.events.end({ subject: 'ada' });
  await speaking;
  if ((await phaseOf(stage)) === 'active') stage.loot.gain('a session that the server has ended');
  await putBack(stage, copy);
  await stage.run(speakForTheServer, 'beat');
  await note(stage, copy, 'put back after the server ended it');
  await stage.endWorker();
  await note(stage, copy, 'put back after the server ended it, the next life');
}

export const falseEndings: Attack = {
  name: 'false endings',
  tries:
    'speaks for the app’s server: by message, on the channel, in a cache; that a session has ended which has not, and the other way round; then puts its records back',
  threat: '5.1.2',
  defence: 'the worker takes no word of it but from its own stream; an end ends the epoch too',
  before: installVaultKit,
  signedIn: 'nobody',
  deployment: { system: { workerSource: worker('server-events') } },
  weakness: {
    without: 'that rule: the channel’s word counts',
    deployment: { system: weakWorker('believing') },
  },
  run: runFalseEndings,
};
