import { readFile, stat, utimes } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { SessionKeeperPluginOptions } from 'session-keeper/vite';
import { build, createServer, type InlineConfig, preview } from 'vite';
import { describe, expect, it, vi } from 'vitest';
import { send, sendRaw } from '../server/node-server.js';
import { SEALED_REQUEST, tinyProject } from './tiny-project.js';

const NAVIGATION = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', accept: 'text/html' };

async function devServer(config: InlineConfig) {
  const server = await createServer({ ...config, server: { port: 0, host: '127.0.0.1' } });
  await server.listen();
  const address = server.httpServer?.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { port, [Symbol.asyncDispose]: () => server.close() };
}

async function project(changes?: Record<string, string>, options?: Partial<SessionKeeperPluginOptions>) {
  const files = await tinyProject(changes);
  return { ...files, server: () => devServer(files.config(options)) };
}

describe('the dev server', () => {
  it('serves the sealed worker to its registration alone', async () => {
    await using app = await project();
    await using server = await app.server();
    const sealed = await send(server.port, '/service-worker.js', { headers: SEALED_REQUEST });
    expect(sealed.status).toBe(200);
    expect(sealed.body).toMatch(
      /^self\.__SESSION_KEEPER_SEAL__=\{"scope":"\/","current":"dev","keys":\{"dev":"[\w-]{43}"\}\};\n/,
    );
    expect(sealed.body).toContain('hello from the worker');
    expect(sealed.body).toContain('release-7');
    expect(sealed.headers.get('content-security-policy')).toContain('https://id.example.com');
    const { cookie: _, ...withoutCookie } = SEALED_REQUEST;
    for (const headers of [{}, withoutCookie, { ...SEALED_REQUEST, 'sec-fetch-dest': 'script' }]) {
      expect((await send(server.port, '/service-worker.js', { headers })).status).toBe(403);
    }
    expect((await send(server.port, '/src/main.ts', { headers: SEALED_REQUEST })).status).toBe(403);
  });

  it('bundles the worker again after a change of any of its files, and only then', async () => {
    await using app = await tinyProject({
      'src/service-worker.ts': "import './unused.js'; console.log(1);",
      'src/unused.ts': 'export const unused = 1;',
    });
    const longAgo = new Date('2026-01-01');
    const age = (...files: string[]) =>
      Promise.all(files.map((file) => utimes(join(app.root, 'src', file), longAgo, longAgo)));
    await age('service-worker.ts', 'unused.ts');
    const buildEnd = vi.fn();
    const worker = { plugins: () => [{ name: 'count', buildEnd }] };
    await using server = await devServer({ ...app.config(), worker });
    const read = async () =>
      (await send(server.port, '/service-worker.js', { headers: SEALED_REQUEST })).body;

    const bodies = [...(await Promise.all([read(), read()])), await read()];
    expect(new Set(bodies).size).toBe(1);
    expect(buildEnd).toHaveBeenCalledTimes(1);
    await app.write('src/unused.ts', "console.log('now used');");
    expect(await read()).toContain('now used');
    await app.write('src/unused.ts', "console.log('restored');");
    await age('unused.ts');
    expect(await read()).toContain('restored');
    expect(buildEnd).toHaveBeenCalledTimes(3);
  });

  it('bundles the worker again when a file was changed while the bundler ran', async () => {
    await using app = await tinyProject({
      'src/service-worker.ts': "import './orders.js';",
      'src/orders.ts': "console.log('before');",
    });
    const buildEnd = vi
      .fn()
      .mockImplementationOnce(() => app.write('src/orders.ts', "console.log('after');"));
    const worker = { plugins: () => [{ name: 'meanwhile', buildEnd }] };
    await using server = await devServer({ ...app.config(), worker });
    const read = async () =>
      (await send(server.port, '/service-worker.js', { headers: SEALED_REQUEST })).body;
    expect(await read()).toContain('before');
    expect(await read()).toContain('after');
  });

  it('tells of a worker that does not build, and recovers', async () => {
    await using app = await project({ 'src/service-worker.ts': 'console.log(' });
    await using server = await app.server();
    const broken = await send(server.port, '/service-worker.js', { headers: SEALED_REQUEST });
    expect(broken.status).toBe(500);
    await app.write('src/service-worker.ts', "console.log('mended')");
    const mended = await send(server.port, '/service-worker.js', { headers: SEALED_REQUEST });
    expect(mended.body).toContain('mended');
  });

  it('gives pages the security headers, with what its own client needs and no more', async () => {
    await using app = await project();
    await using server = await app.server();
    const page = await send(server.port, '/', { headers: NAVIGATION });
    expect(page.status).toBe(200);
    const [, nonce] = /<script type="module" src="\/@vite\/client" nonce="([^"]+)"/.exec(page.body) ?? [];
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    const policy = page.headers.get('content-security-policy')?.split('; ');
    expect(policy).toContain(
      `connect-src 'self' https://api.example.com ws://localhost:${server.port} ws://127.0.0.1:${server.port}`,
    );
    expect(policy).toContain("style-src 'self' 'unsafe-inline'");
    expect(policy).toContain(`script-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain("worker-src 'self' blob:");
    expect(policy).toContain("frame-src 'none'");
    expect(page.headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(page.headers.getSetCookie()).toEqual([expect.stringMatching(/^session-keeper-seal=/)]);
  });

  it("keeps the app's own directives", async () => {
    await using app = await project(
      {},
      { contentSecurityPolicy: { 'style-src': ["'nonce-abc'"], 'img-src': ['https://images.example.net'] } },
    );
    await using server = await app.server();
    const { headers } = await send(server.port, '/', { headers: NAVIGATION });
    const policy = headers.get('content-security-policy')?.split('; ');
    expect(policy).toContain("style-src 'unsafe-inline'");
    expect(policy).toContain('img-src https://images.example.net');
  });

  it('answers the redirect path and what its parser refuses with a 303', async () => {
    await using app = await project();
    await using server = await app.server();
    expect((await send(server.port, '/session/callback?code=x', { headers: NAVIGATION })).status).toBe(303);
    const refused = await sendRaw(server.port, [
      `GET /?${'a'.repeat(2_000_000)} HTTP/1.1\r\nHost: l\r\n\r\n`,
    ]);
    expect(refused).toMatch(/^HTTP\/1\.1 303 /);
    const cookie = `bomb=${'x'.repeat(100_000)}`;
    expect((await send(server.port, '/', { headers: { ...NAVIGATION, cookie } })).status).toBe(200);
  });

  it('keeps its key over a restart, readable by its owner alone', async () => {
    await using app = await project();
    const seal = async () => {
      await using server = await app.server();
      const { body } = await send(server.port, '/service-worker.js', { headers: SEALED_REQUEST });
      return body.split('\n')[0];
    };
    expect(await seal()).toBe(await seal());
    const file = join(app.root, 'node_modules/.session-keeper/dev-key');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await seal()).not.toContain(await readFile(file, 'utf8'));
  });

  it('takes keys of the options instead', async () => {
    await using app = await project({}, { keys: [{ id: 'mine', secret: new Uint8Array(32) }] });
    await using server = await app.server();
    const { body } = await send(server.port, '/service-worker.js', { headers: SEALED_REQUEST });
    expect(body).toContain('"current":"mine"');
    await expect(stat(join(app.root, 'node_modules'))).rejects.toThrow();
  });
});

describe('the preview server', () => {
  it('serves the built worker sealed, under the policy of production', async () => {
    await using app = await project();
    await build(app.config());
    const server = await preview({ ...app.config(), preview: { port: 0, host: '127.0.0.1' } });
    await using _ = { [Symbol.asyncDispose]: () => server.close() };
    const { port } = server.httpServer.address() as AddressInfo;
    const sealed = await send(port, '/service-worker.js', { headers: SEALED_REQUEST });
    const built = await readFile(join(app.root, 'dist/service-worker.js'), 'utf8');
    expect(sealed.body.endsWith(`;\n${built}`)).toBe(true);
    expect((await send(port, '/service-worker.js')).status).toBe(403);
    const page = await send(port, '/', { headers: NAVIGATION });
    expect(page.headers.get('content-security-policy')).not.toContain('unsafe-inline');
    expect(page.headers.get('content-security-policy')).not.toContain('nonce');
    expect((await send(port, '/session/callback?code=x')).status).toBe(303);
  });
});
