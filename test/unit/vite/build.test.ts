import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { sessionKeeper } from 'session-keeper/vite';
import { build } from 'vite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { PLUGIN_OPTIONS, tinyProject } from './tiny-project.js';

/** What a script logs when its fetch listener is called; throws for anything but a classic script. */
function logged(script: string): unknown[] {
  const lines: unknown[] = [];
  const self = { addEventListener: (_: string, listener: () => void) => listener() };
  runInNewContext(script, { self, console: { log: (...line: unknown[]) => lines.push(...line) } });
  return lines;
}

describe('a build with the plugin', () => {
  it("writes the worker as one classic script, with the app's definitions, aliases and environment", async () => {
    await using project = await tinyProject();
    await build(project.config());
    const script = await readFile(join(project.root, 'dist/service-worker.js'), 'utf8');
    expect(logged(script)).toEqual(['hello from the worker', 4242, 'release-7', 'teal']);
    expect(script.trimEnd().split('\n')).toHaveLength(1);
    expect(script).not.toContain('SESSION_KEEPER_SEAL');
    expect((await readdir(join(project.root, 'dist'))).sort()).toEqual([
      'assets',
      'index.html',
      'service-worker.js',
    ]);
    expect(await readFile(join(project.root, 'dist/index.html'), 'utf8')).not.toContain('nonce');
  });

  it('writes it where the options say, from the source that they name', async () => {
    await using project = await tinyProject({ 'src/other.ts': "console.log('other')" });
    const config = project.config({ worker: 'src/other.ts', path: '/app/sw.js' });
    await build({ ...config, base: '/app/', build: { outDir: 'out' } });
    expect(logged(await readFile(join(project.root, 'out/sw.js'), 'utf8'))).toEqual(['other']);
  });

  it('knows the environment that libraries ask for, and keeps quiet about exports', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    onTestFinished(() => void vi.unstubAllEnvs());
    await using project = await tinyProject({
      'src/service-worker.ts':
        'export const mode = process.env.NODE_ENV; console.log(mode, import.meta.env.PROD);',
    });
    await build(project.config());
    const script = await readFile(join(project.root, 'dist/service-worker.js'), 'utf8');
    expect(logged(script)).toEqual(['production', true]);
  });

  it('draws dynamic imports into the script', async () => {
    await using project = await tinyProject({
      'src/service-worker.ts': "import('./greeting.js').then(({ greeting }) => console.log(greeting));",
    });
    await build(project.config());
    const script = await readFile(join(project.root, 'dist/service-worker.js'), 'utf8');
    expect(script).toContain('hello from the worker');
    expect(script).not.toMatch(/\bimport\(|document/);
  });

  it('leaves a call of importScripts that loads nothing', async () => {
    await using project = await tinyProject({
      'src/service-worker.ts': 'self.importScripts(); console.log(1);',
    });
    await expect(build(project.config())).resolves.toBeDefined();
  });

  it("runs the app's plugins for workers", async () => {
    await using project = await tinyProject();
    const shout = {
      name: 'shout',
      transform: (code: string, id: string) =>
        id.endsWith('greeting.ts') ? code.replace('hello', 'HELLO') : undefined,
    };
    await build({ ...project.config(), worker: { plugins: () => [shout] } });
    expect(await readFile(join(project.root, 'dist/service-worker.js'), 'utf8')).toContain('HELLO');
  });

  it.each([
    ['importScripts', "importScripts('/other.js');"],
    ['self.importScripts', "self.importScripts('/other.js');"],
    ['an import that nothing resolves before run time', 'import(self.name);'],
    ['a style sheet beside it', "import './style.css';"],
  ])('fails on a worker with %s', async (_, code) => {
    await using project = await tinyProject({
      'src/service-worker.ts': code,
      'src/style.css': 'a{color:red}',
    });
    await expect(build(project.config())).rejects.toThrow('service-worker.ts');
  });

  it('fails on a worker that is not there', async () => {
    await using project = await tinyProject();
    await expect(build(project.config({ worker: 'src/missing.ts' }))).rejects.toThrow('missing.ts');
  });

  it('refuses a wrong option at once', () => {
    expect(() => sessionKeeper({ ...PLUGIN_OPTIONS, redirectPath: 'callback' })).toThrow('"redirectPath"');
    expect(() => sessionKeeper({ ...PLUGIN_OPTIONS, path: 'sw.js' })).toThrow('"workerPath"');
  });
});
