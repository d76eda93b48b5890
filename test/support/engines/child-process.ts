import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A program that runs beside the tests, and never outlives them. */
export class RunningProgram {
  readonly #process: ChildProcess;
  readonly #onExit = () => this.#kill();

  constructor(path: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    // A group of its own, so that what it starts itself is ended with it.
    this.#process = spawn(path, args, { env, detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    process.once('exit', this.#onExit);
  }

  /** The first line that it prints. */
  async firstLine(): Promise<string> {
    const { stdout } = this.#process;
    if (!stdout) throw new Error('the program has no output');
    const lines = createInterface(stdout);
    const failed = once(this.#process, 'exit').then(([code]) => {
      throw new Error(`${this.#process.spawnfile} ended at once, with code ${code}`);
    });
    const [line] = await Promise.race([once(lines, 'line'), failed]);
    failed.catch(() => undefined);
    return String(line);
  }

  async stop(): Promise<void> {
    process.off('exit', this.#onExit);
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#kill();
    await ended;
  }

  #kill(): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }
}
