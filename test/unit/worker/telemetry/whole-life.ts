import { vi } from 'vitest';
import type { TelemetryEvent } from '../../../../src/shared/telemetry-event.js';
import type { SessionKeeperOptions } from '../../../../src/worker/options.js';
import { silentFrame } from '../../../../src/worker/silent-frame.js';
import type { TelemetryOptions } from '../../../../src/worker/telemetry/telemetry.js';
import { refusal } from '../fake-authorization-server.js';
import { pass, rest, TelemetryWorker, until } from './telemetry-worker.js';

/** Short waits, so that every limit of the queue is met. */
const POLICY = { queue: { maxRequests: 2, maxWaitSeconds: 20, maxBytes: 10 } };
const OPENID: Partial<SessionKeeperOptions> = { scope: 'openid orders', silentFrame: silentFrame() };

const down = () => {
  throw new TypeError('Failed to fetch');
};
const isDown = () => new Response('down', { status: 503 });

/**
 * Lives through everything that telemetry tells of, in three workers, and gives all that they told.
 *
 * @param options of the telemetry, for further sinks
 * @param tokens of the token endpoint's answers
 */
export async function wholeLife(
  options: TelemetryOptions = {},
  tokens: Record<string, unknown> = {},
): Promise<readonly TelemetryEvent[]> {
  const lives = [
    await outages(new TelemetryWorker({ policy: POLICY }, options, 'parsed'), tokens),
    await comeback(new TelemetryWorker(OPENID, options), tokens),
    await bound(new TelemetryWorker({ dpop: 'required' }, options), tokens),
  ];
  return lives.flatMap(({ events }) => events);
}

async function outages(worker: TelemetryWorker, tokens: Record<string, unknown>): Promise<TelemetryWorker> {
  const { server, api, commands } = worker;
  await worker.signIn(tokens);
  // Due, refused and expired; its answer lost, and repeated.
  await pass(50);
  await worker.send();
  await rest();
  api.answerNext(() => new Response('', { status: 401 }));
  await worker.send();
  api.answerNext(down);
  await worker.send();
  await pass(70);
  server.answerNext(down);
  const waiting = [worker.send(), worker.send(), worker.send()];
  await pass(15);
  await Promise.all(waiting);
  // Down until everything that waits has run out, or is given up.
  await pass(100);
  for (let attempt = 0; attempt < 20; attempt += 1) server.answerNext(isDown);
  server.isDown = true;
  const body = 'x'.repeat(10);
  const late = worker.send({ method: 'POST', body }, body.length);
  await rest();
  const large = worker.send({ method: 'POST', body }, body.length);
  await worker.giveUp();
  await pass(30);
  await Promise.all([late, large]);
  // Over while it was interrupted.
  await commands.signOut({ endSession: false });
  await pass(2);
  vi.setSystemTime(Date.now() + 60_000);
  await commands.touch('ping');
  vi.setSystemTime(Date.now() - 60_000);
  await commands.touch('ping');
  return worker;
}

async function comeback(worker: TelemetryWorker, tokens: Record<string, unknown>): Promise<TelemetryWorker> {
  const { server, commands } = worker;
  server.metadata = { ...server.metadata, response_modes_supported: ['form_post'] };
  await worker.signIn(tokens);
  worker.onRecover = () =>
    void commands
      .signIn({ mode: 'frame' })
      .then((reply) => (reply.ok ? worker.answerSignIn(reply.value, tokens, 'iframe') : undefined));
  server.answerNext(down);
  await commands.renew();
  server.answerNext(() => refusal('invalid_grant', String(tokens.access_token)));
  await commands.renew();
  await until(() => worker.names.includes('session.recovered'));
  await pass(2);
  server.answerNext(() => refusal('invalid_grant', String(tokens.access_token)));
  await commands.renew();
  await rest();
  return worker;
}

async function bound(worker: TelemetryWorker, tokens: Record<string, unknown>): Promise<TelemetryWorker> {
  const { server, api, commands } = worker;
  server.metadata = { ...server.metadata, dpop_signing_alg_values_supported: ['ES256'] };
  await worker.signIn({ token_type: 'DPoP', ...tokens });
  const asked = { 'DPoP-Nonce': 'n-1' };
  server.answerNext(() => Response.json({ error: 'use_dpop_nonce' }, { status: 400, headers: asked }));
  server.answerNext(() => server.tokens({ token_type: 'DPoP', ...tokens }));
  await commands.renew();
  api.answerNext(
    () =>
      new Response('', {
        status: 401,
        headers: { ...asked, 'WWW-Authenticate': 'DPoP error="use_dpop_nonce"' },
      }),
  );
  await worker.send();
  // A refusal for good.
  server.answerNext(() => refusal('invalid_request', String(tokens.access_token)));
  await commands.renew();
  await rest();
  return worker;
}
