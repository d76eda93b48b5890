import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener, request } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createProbe } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeServerOptions } from '../../../src/server.js';
import type { Deployment } from '../attack.js';
import { localhostCertificate } from './certificate.js';

/** What stands between the browser and the order desk's server. */
export interface Front {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Without it the app would not know its own name. */
const HOST_ALONE = 'proxy_set_header Host $http_host;';

export async function freePort(): Promise<number> {
  const probe = createProbe().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Starts what a deployment has in front of the app's port. */
export async function startFront(kind: NonNullable<Deployment['front']>, appPort: number): Promise<Front> {
  const port = await freePort();
  if (kind === 'https') return startNodeFront('https', port, appPort);
  if (kind === 'node-defaults') return startNodeFront('http', port, appPort);
  return startNginx(kind === 'nginx' ? await advice() : HOST_ALONE, port, appPort);
}

async function startNodeFront(scheme: 'http' | 'https', port: number, appPort: number): Promise<Front> {
  const forward: RequestListener = (req, res) => {
    const { method, headers, url } = req;
    const upstream = request({ host: '127.0.0.1', port: appPort, path: url, method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    upstream.on('error', () => res.destroy());
    req.pipe(upstream);
  };
  const server =
    scheme === 'https'
      ? createHttpsServer({ ...nodeServerOptions, ...localhostCertificate() }, forward)
      : createHttpServer(forward);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `${scheme}://localhost:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The lines for nginx that `docs/server.md` gives. */
async function advice(): Promise<string> {
  const text = await readFile(new URL('../../../docs/server.md', import.meta.url), 'utf8');
  const lines = /```nginx\n(.*?)```/s.exec(text)?.[1];
  if (!lines) throw new Error('docs/server.md has no lines for nginx');
  return lines;
}

async function startNginx(directives: string, port: number, appPort: number): Promise<Front> {
  const folder = await mkdtemp(join(tmpdir(), 'session-keeper-nginx-'));
  const file = join(folder, 'nginx.conf');
  await writeFile(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  limit_req_zone $binary_remote_addr zone=calls:1m rate=60r/m;
  server {
    listen 127.0.0.1:${port};
    ${directives}
    location / { proxy_pass http://127.0.0.1:${appPort}; }
    location = /session/callback { limit_req zone=calls; proxy_pass http://127.0.0.1:${appPort}; }
  }
}
`,
  );
  const nginx = spawn(nginxPath(), ['-p', folder, '-c', file], { stdio: ['ignore', 'inherit', 'inherit'] });
  await listening(nginx, port);
  return {
    origin: `http://localhost:${port}`,
    stop: async () => {
      nginx.kill();
      if (nginx.exitCode === null) await once(nginx, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function nginxPath(): string {
  for (const path of ['nginx', '/usr/sbin/nginx']) {
    if (spawnSync(path, ['-v']).status === 0) return path;
  }
  throw new Error('The attacks on a proxy need nginx: apt-get install nginx');
}

async function listening(nginx: ChildProcess, port: number): Promise<void> {
  for (;;) {
    if (nginx.exitCode !== null) throw new Error(`nginx ended with ${nginx.exitCode}`);
    const socket = connect(port, '127.0.0.1');
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
