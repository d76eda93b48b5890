import { readFileSync, writeFileSync } from 'node:fs';
import type { Browser, CDPSession } from '@playwright/test';

interface TargetInfo {
  readonly targetId: string;
  readonly type: string;
  readonly url: string;
}

/** A service worker, seen through Chromium's DevTools. While it is attached, the browser never stops it. */
export class WorkerProbe {
  readonly #session: CDPSession;
  readonly #sessionId: string;
  readonly #answers = new Map<number, (result: unknown) => void>();
  #calls = 0;

  /** @param url what the URL of its script begins with */
  static async attach(browser: Browser, url: string): Promise<WorkerProbe> {
    const session = await browser.newBrowserCDPSession();
    const { targetInfos } = await session.send('Target.getTargets');
    const isWorker = (target: TargetInfo) => target.type === 'service_worker' && target.url.startsWith(url);
    const worker = targetInfos.find(isWorker);
    if (!worker) throw new Error(`no service worker runs whose script is at ${url}`);
    const { sessionId } = await session.send('Target.attachToTarget', { targetId: worker.targetId });
    return new WorkerProbe(session, sessionId);
  }

  private constructor(session: CDPSession, sessionId: string) {
    this.#session = session;
    this.#sessionId = sessionId;
    session.on('Target.receivedMessageFromTarget', ({ message }) => {
      const { id, result } = JSON.parse(message);
      this.#answers.get(id)?.(result);
      this.#answers.delete(id);
    });
  }

  /** Bytes of JavaScript objects that are still in use. */
  async heapBytes(): Promise<number> {
    await this.#send('HeapProfiler.collectGarbage');
    const { usedSize } = (await this.#send('Runtime.getHeapUsage')) as { usedSize: number };
    return usedSize;
  }

  /** How many living objects are of this kind, like `MessagePort`. */
  async count(constructorName: string): Promise<number> {
    const prototype = await this.#evaluate({ expression: `${constructorName}.prototype` });
    const { objects } = (await this.#send('Runtime.queryObjects', {
      prototypeObjectId: prototype,
      objectGroup: 'bench',
    })) as { objects: { objectId: string } };
    const { result } = (await this.#send('Runtime.callFunctionOn', {
      objectId: objects.objectId,
      functionDeclaration: 'function () { return this.length; }',
    })) as { result: { value: number } };
    await this.#send('Runtime.releaseObjectGroup', { objectGroup: 'bench' });
    return result.value;
  }

  async detach(): Promise<void> {
    await this.#session.detach();
  }

  async #evaluate({ expression }: { expression: string }): Promise<string> {
    const { result } = (await this.#send('Runtime.evaluate', { expression, objectGroup: 'bench' })) as {
      result: { objectId: string };
    };
    return result.objectId;
  }

  #send(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#calls;
    const answer = new Promise<unknown>((resolve) => this.#answers.set(id, resolve));
    const message = JSON.stringify({ id, method, params });
    void this.#session.send('Target.sendMessageToTarget', { sessionId: this.#sessionId, message });
    return answer;
  }
}

interface RendererProcess {
  readonly pid: number;
  readonly cpuSeconds: number;
}

/** The processes that pages and their workers run in. */
export async function rendererProcesses(browser: Browser): Promise<RendererProcess[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id, cpuTime }) => ({ pid: id, cpuSeconds: cpuTime }));
}

export const PEAKS_ARE_KNOWN = process.platform === 'linux';

/** Begins to watch how much memory a process has at most. @returns gives by how many bytes it grew, at its peak */
export function watchPeak(pid: number): () => number {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const before = peakBytes(pid);
  return () => peakBytes(pid) - before;
}

function peakBytes(pid: number): number {
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
