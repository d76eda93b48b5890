import { EPOCH_HEADER, type EpochQuestion } from '../../../../src/shared/epoch.js';
import { EpochServer } from './epoch-server.js';

/**
 * The seal's cookie in a browser, and a server without state: a request brings the cookie as it is then, and the answer sets the next
 * one when it arrives. Of two that are under way, the answer to the later one arrives first.
 */
export class EpochCookie {
  mark = '';
  readonly #server = new EpochServer();
  readonly #answers: (() => void)[] = [];

  readonly send: typeof fetch = async (url, init) => {
    const question = String(url).split('?')[1] as EpochQuestion;
    this.#server.mark = this.mark;
    const mark = await this.#server.ask(question, new Headers(init?.headers).get(EPOCH_HEADER) ?? '');
    const isChanged = this.#server.mark !== this.mark;
    await new Promise<void>((resolve) => this.#answers.push(resolve));
    if (isChanged) this.mark = mark ?? '';
    return new Response(null, { status: 204, headers: { [EPOCH_HEADER]: mark ?? '' } });
  };

  /** Lets answers arrive until this is done. */
  async during<T>(work: Promise<T>): Promise<T> {
    const answering = setInterval(() => this.#answers.pop()?.(), 2);
    return work.finally(() => clearInterval(answering));
  }
}
