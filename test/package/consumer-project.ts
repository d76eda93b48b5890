import { type ChildProcess, execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { compilerOptions, type Realm, realmOf } from './realm-of.js';

const run = promisify(execFile);
const TOOLS = ['vite', 'typescript', '@types/node'];
const TSX = import.meta.resolve('tsx');
const REPORT_LISTENING = new URL('report-listening.mjs', import.meta.url).href;

/** A new application in an empty folder, made of the given files and the packed package. */
export class ConsumerProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'session-keeper-consumer-'));
  readonly #files: ReadonlyMap<string, string>;
  #server: ChildProcess | undefined;

  constructor(files: ReadonlyMap<string, string>) {
    this.#files = files;
    this.#write('package.json', JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
    for (const [path, text] of files) this.#write(path, text);
  }

  /** Installs the tarball and, in this project's own versions, the tools that an application brings. */
  async install(tarball: string): Promise<void> {
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
    const tools = TOOLS.map((name) => `${name}@${devDependencies[name]}`);
    const options = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', ['install', ...options, tarball, ...tools], {
      cwd: this.folder,
      shell: process.platform === 'win32',
    });
  }

  /** The compiler's complaints about the files that run in this realm. */
  async typecheck(realm: Realm): Promise<string> {
    const files = [...this.#files].filter(([path, text]) => path.endsWith('.ts') && realmOf(text) === realm);
    const config = { compilerOptions: compilerOptions(realm), files: files.map(([path]) => path) };
    this.#write(`tsconfig.${realm}.json`, JSON.stringify(config));
    return this.#node('node_modules/typescript/bin/tsc', '-p', `tsconfig.${realm}.json`);
  }

  /** Vite's output. */
  build(): Promise<string> {
    return this.#node('node_modules/vite/bin/vite.js', 'build');
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  /** Starts the application's own `server.ts`; resolves with its origin once it takes connections. */
  async serve(environment: Readonly<Record<string, string>>): Promise<string> {
    this.#server = fork('server.ts', {
      cwd: this.folder,
      execArgv: ['--import', TSX, '--import', REPORT_LISTENING],
      // Any free port: the operating system's choice is reported back.
      env: { ...process.env, ...environment, PORT: '0' },
    });
    const ended = once(this.#server, 'exit').then(([code]) => {
      throw new Error(`server.ts ended with ${code} before it listened`);
    });
    const [port] = await Promise.race([once(this.#server, 'message'), ended]);
    return `http://localhost:${port}`;
  }

  async remove(): Promise<void> {
    if (this.#server?.exitCode === null) {
      const ended = once(this.#server, 'exit');
      this.#server.kill();
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #write(path: string, text: string): void {
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  async #node(...args: string[]): Promise<string> {
    const outcome = await run(process.execPath, args, { cwd: this.folder }).catch((failed) => failed);
    return outcome.stdout + outcome.stderr;
  }
}
