import { misuse } from '../check-options.js';
import type { SealKey } from '../options.js';
import { readServerKeys } from '../server-keys.js';
import { memoryBus, type SessionBus } from './bus.js';
import { type EndReason, isMeant, readNotice, type SessionIdentity, signNotice } from './end-notice.js';
import { EventStream } from './event-stream.js';

/** Who asks, and what is known of the session. */
export interface IdentifiedSession extends SessionIdentity {
  /**
   * The session was ended while its worker could not listen: it is told so at once. For a server that keeps a list of those. Default
   * false.
   */
  readonly ended?: boolean;
}

export interface SessionEventsOptions {
  /** The same as those of `createSessionKeeperServer`, in all servers: they sign what goes over the bus. */
  readonly keys: readonly SealKey[];
  /**
   * Whose session the request is of; `undefined` if nobody's. It carries the session's access token, as a request to an API does:
   * `Authorization: Bearer …`, or `DPoP …` with a proof (RFC 9449 §7.1). Check it as an API does, by what is in `Authorization` and never by a
   * cookie: a script of the page has those as well. Where it rejects, the request is answered with 500, and the worker asks again later.
   */
  readonly identify: (
    request: Request,
  ) => IdentifiedSession | undefined | Promise<IdentifiedSession | undefined>;
  /** Default: that of a single process. */
  readonly bus?: SessionBus;
  /**
   * Called when a person signs out everywhere, before the workers are told. Let the authorization server revoke the person's refresh
   * tokens here: a device that is off hears nothing else. Where it rejects, nobody is told, and `signOut` is rejected.
   */
  readonly onSignOutEverywhere?: (session: IdentifiedSession) => void | Promise<void>;
}

/** Tells the workers of sessions that these end. */
export interface SessionEvents {
  /**
   * Ends all sessions of a person, or one. Settles when the bus has it; whoever listens is told at once. It tells, and revokes nothing: a
   * browser that is off hears of it through the authorization server alone.
   *
   * @param reason `revoked` (the default): by somebody else; the worker's policy may give a grace. `signed-out`: at once.
   * @throws TypeError when neither `subject` nor `sid` is given
   */
  end(who: SessionIdentity & { readonly reason?: EndReason }): Promise<void>;
  /** Ends all streams of this server, before it is closed; the workers connect again, to another one. */
  close(): void;
  /** @internal */
  identify(request: Request): Promise<IdentifiedSession | undefined>;
  /** @internal */
  listen(session: IdentifiedSession): Promise<ReadableStream<Uint8Array>>;
  /** @internal */
  signOutEverywhere(session: IdentifiedSession): Promise<void>;
}

/**
 * For the server's option `events`.
 *
 * @throws TypeError that names the option, the value and what is allowed.
 */
export function createSessionEvents(options: SessionEventsOptions): SessionEvents {
  const { identify, bus = memoryBus(), onSignOutEverywhere } = options;
  const keys = readServerKeys(options.keys);
  if (typeof identify !== 'function') throw misuse('identify', identify, 'a function');
  if (onSignOutEverywhere !== undefined && typeof onSignOutEverywhere !== 'function')
    throw misuse('onSignOutEverywhere', onSignOutEverywhere, 'a function, or nothing');
  if (typeof bus?.publish !== 'function' || typeof bus.subscribe !== 'function')
    throw misuse('bus', bus, 'an object with publish and subscribe, like redisBus(client)');

  const streams = new Map<EventStream, SessionIdentity>();
  let subscribing: Promise<void> | undefined;
  const hear = async (message: string) => {
    const notice = await readNotice(message, keys, Date.now());
    if (!notice) return;
    for (const [stream, session] of streams) if (isMeant(notice, session)) stream.end(notice.reason);
  };
  const subscribe = async () => {
    await bus.subscribe((message) => void hear(message));
  };
  const end: SessionEvents['end'] = async ({ subject, sid, reason = 'revoked' }) => {
    if (!isName(subject) && !isName(sid)) throw misuse('subject', subject, 'a subject, or a sid beside it');
    const notice = { ...(isName(subject) && { subject }), ...(isName(sid) && { sid }), reason };
    await bus.publish(await signNotice(notice, keys, Date.now()));
  };

  return {
    end,
    close: () => {
      for (const stream of [...streams.keys()]) stream.close();
    },
    identify: async (request) => identify(request),
    listen: async (session) => {
      subscribing ??= subscribe().catch((error: unknown) => {
        subscribing = undefined;
        throw error;
      });
      await subscribing;
      const stream: EventStream = new EventStream(() => streams.delete(stream));
      streams.set(stream, session);
      if (session.ended) stream.end('revoked');
      return stream.body;
    },
    signOutEverywhere: async (session) => {
      await onSignOutEverywhere?.(session);
      const { subject, sid } = session;
      await end({
        ...(subject === undefined ? { ...(sid !== undefined && { sid }) } : { subject }),
        reason: 'signed-out',
      });
    },
  };
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
