import { SessionKeeperError } from '../shared/errors.js';
import { isObject } from '../shared/misuse.js';
import {
  CHANNEL,
  type CommandName,
  type Envelope,
  isEnvelope,
  PROTOCOL,
  type RequestNote,
} from '../shared/protocol.js';
import { type Handlers, refusing, replied } from './commands.js';
import type { PageRequests } from './page-requests.js';

/** How long an answered call is remembered. */
const ANSWERED_MS = 5000;

/** A call that is let through: one listed name, one plain argument. */
interface Call {
  readonly id: string;
  readonly name: CommandName;
  readonly argument: unknown;
}

/**
 * The worker's end of comlink's protocol, and only the part of it that a page may use. comlink's own end would walk
 * property paths, set properties, construct, and open ports for whoever asks (`SET`, `CONSTRUCT`, `ENDPOINT`, `HANDLER`), so
 * its code is not even here: an `APPLY` of a command's name is answered with a `RAW` value, and nothing else is answered.
 */
export class Bridge {
  readonly #commands: Handlers;
  readonly #pages: PageRequests | undefined;
  readonly #running = new Map<string, Promise<void>>();

  constructor(commands: Handlers, pages?: PageRequests) {
    this.#pages = pages;
    this.#commands = sealed(commands);
  }

  /** Whether the message was for the keeper. */
  handle(event: ExtendableMessageEvent): boolean {
    if (!isEnvelope(event.data)) return false;
    const { source } = event;
    if (!source || !('url' in source)) return true;
    this.#pages?.remember(source);
    const call = this.#allowed(event.data.call);
    const note = allowedNote(event.data.note);
    if (note) this.#pages?.receive(note);
    const isOld = event.data.protocol < PROTOCOL.oldest;
    const commands = isOld ? sealed(forOldPages(this.#commands)) : this.#commands;
    if (call) event.waitUntil(this.#call(call, source, commands));
    return true;
  }

  /** A page repeats a call that is not answered; while the first one runs, the repetition only keeps the worker awake. */
  #call(call: Call, source: Client, commands: Handlers): Promise<void> {
    const key = `${source.id} ${call.id}`;
    let running = this.#running.get(key);
    if (!running) {
      running = this.#answer(call, source, commands);
      // A repetition that crossed the reply on its way must not run the command again.
      running.then(() => setTimeout(() => this.#running.delete(key), ANSWERED_MS));
      this.#running.set(key, running);
    }
    return running;
  }

  async #answer({ id, name, argument }: Call, source: Client, commands: Handlers): Promise<void> {
    const command: (argument: never) => Promise<unknown> = commands[name];
    const value = await replied(() => command(argument as never));
    const call = { id, type: 'RAW', value };
    source.postMessage({ channel: CHANNEL, protocol: PROTOCOL.current, call } satisfies Envelope);
  }

  /** What is allowed of a message, taken out of it once, so that nothing else of it goes any further. */
  #allowed(call: unknown): Call | undefined {
    if (!isObject(call) || call.type !== 'APPLY' || typeof call.id !== 'string') return undefined;
    const { id, path, argumentList } = call;
    if (!Array.isArray(path) || path.length !== 1 || !Array.isArray(argumentList) || argumentList.length > 1)
      return undefined;
    const [name]: unknown[] = path;
    if (typeof name !== 'string' || !(name in this.#commands)) return undefined;
    const [argument = { type: 'RAW' }]: unknown[] = argumentList;
    if (!isObject(argument) || argument.type !== 'RAW') return undefined;
    return { id, name: name as CommandName, argument: argument.value ?? {} };
  }
}

function sealed(commands: Handlers): Handlers {
  return Object.freeze(Object.assign(Object.create(null) as Handlers, commands));
}

/**
 * A page that is older than what this worker understands is told so, whatever it asks. It can still sign out; and a person
 * who uses it does use the session.
 */
function forOldPages({ touch, signOut, claim }: Handlers): Handlers {
  const refused = refusing(new SessionKeeperError('protocol_unsupported', 'Reload the page.'));
  return {
    ...refused,
    touch: async (signal) => {
      await touch(signal);
      return refused.touch(signal);
    },
    signOut,
    claim,
  };
}

function allowedNote(note: unknown): RequestNote | undefined {
  if (!isObject(note) || typeof note.tag !== 'string') return undefined;
  const type = (['cancel', 'sent', 'unsent'] as const).find((each) => each === note.type);
  return type && { type, tag: note.tag };
}
