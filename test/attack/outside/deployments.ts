import { type System, startSystem } from '../../../demo/system.js';
import type { Deployment } from '../attack.js';
import { EvilServer } from './evil-server.js';
import { type Front, freePort, startFront } from './fronts.js';
import { Secrets } from './secrets.js';
import { victimFiles } from './victim-page.js';

/** A deployment that runs. */
export interface Deployed {
  readonly system: System;
  readonly secrets: Secrets;
  /** The app's static files; what is put in is served. */
  readonly files: Map<string, Buffer>;
}

/** Starts each deployment once, for all the attacks that want it. */
export class Deployments {
  readonly #running = new Map<string, Promise<Deployed & { readonly front: Front | undefined }>>();
  #evil: Promise<EvilServer> | undefined;

  evil(): Promise<EvilServer> {
    this.#evil ??= EvilServer.start();
    return this.#evil;
  }

  get(deployment: Deployment): Promise<Deployed> {
    const key = JSON.stringify(deployment);
    let deployed = this.#running.get(key);
    if (!deployed) {
      deployed = start(deployment);
      this.#running.set(key, deployed);
    }
    return deployed;
  }

  async stop(): Promise<void> {
    await (await this.#evil)?.stop();
    for (const deployed of this.#running.values()) {
      const { system, front } = await deployed;
      await front?.stop();
      await system.stop();
    }
  }
}

async function start({ system: options, front: kind }: Deployment) {
  const appPort = await freePort();
  const front = kind && (await startFront(kind, appPort));
  const files = await victimFiles();
  const system = await startSystem({
    ...options,
    ports: { app: appPort, api: 0, authorizationServer: 0 },
    files,
    ...(front && { appOrigin: front.origin }),
  });
  return { system, secrets: new Secrets(system), files, front };
}
