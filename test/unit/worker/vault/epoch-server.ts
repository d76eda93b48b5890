import type { EpochQuestion } from '../../../../src/shared/epoch.js';
import { markOf } from '../../../../src/worker/oauth/epoch-mark.js';

/** The server's side: one cookie, which no script can write. */
export class EpochServer {
  mark = '';
  questions = 0;
  isReachable = true;
  #ends = 0;

  readonly ask = async (what: EpochQuestion, about = ''): Promise<string | undefined> => {
    this.questions += 1;
    if (!this.isReachable) return undefined;
    if (what === 'next') this.mark = await markOf(about);
    if (what === 'end' && (!about || about === this.mark)) {
      this.#ends += 1;
      this.mark = `nobodys-${this.#ends}`.padEnd(43, '-');
    }
    return this.mark || 'nobodys'.padEnd(43, '-');
  };
}
