import type { Page } from '@playwright/test';

/** One kind of request, sent `samples` times. */
export interface Workload {
  readonly url: string;
  readonly samples: number;
  /** With a body of so many bytes, and then as a POST. */
  readonly bodyBytes?: number;
  /** So many at once; a sample is then the time of all of them. Default 1. */
  readonly parallel?: number;
  /** What the page sends as `Authorization`, where no worker adds it. */
  readonly authorization?: string;
}

/** Sends requests from the page, and gives how long each took, in milliseconds, its answer read. */
export async function measure(
  page: Pick<Page, 'evaluate' | 'bringToFront'>,
  workload: Workload,
): Promise<number[]> {
  // A page behind others has a process of lower priority.
  await page.bringToFront();
  return page.evaluate(async ({ url, samples, bodyBytes, parallel = 1, authorization }) => {
    const body = bodyBytes === undefined ? undefined : new Uint8Array(bodyBytes).fill(97);
    const send = async () => {
      const response = await fetch(url, {
        ...(body && { method: 'POST', body }),
        ...(authorization && { headers: { authorization } }),
      });
      await response.text();
      if (!response.ok) throw new Error(`${url} was answered with ${response.status}`);
    };
    const durations: number[] = [];
    while (durations.length < samples) {
      const startedAt = performance.now();
      await Promise.all(Array.from({ length: parallel }, send));
      durations.push(performance.now() - startedAt);
    }
    return durations;
  }, workload);
}

/** One ES256 signature, as a proof of possession needs it, made alone in a page. */
export function measureSignature(page: Pick<Page, 'evaluate'>, samples: number): Promise<number[]> {
  return page.evaluate(async (count) => {
    const curve = { name: 'ECDSA', namedCurve: 'P-256' };
    const { privateKey } = await crypto.subtle.generateKey(curve, false, ['sign', 'verify']);
    const data = new Uint8Array(400);
    const durations: number[] = [];
    while (durations.length < count) {
      const startedAt = performance.now();
      await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, data);
      durations.push(performance.now() - startedAt);
    }
    return durations;
  }, samples);
}
