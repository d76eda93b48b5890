import { expect, type Page } from '@playwright/test';
import type { System } from '../../demo/system.js';
import { inPage } from '../support/order-desk.js';
import { vaultRecords } from '../support/vault-records.js';

/** What became of one request, as the page saw it. */
export interface Seen {
  readonly method: string;
  /** `0` when `fetch` failed. */
  readonly status: number;
  /** The worker's own code, where the answer is the worker's. */
  readonly code?: string;
}

/** The session as a tab shows it; `loading` while there is no page to ask. */
async function phaseIn(tab: Page): Promise<string> {
  const phase = await inPage(tab, (session) => session?.status.phase).catch(() => undefined);
  return phase ?? 'loading';
}

export async function problemIn(tab: Page): Promise<string | undefined> {
  return inPage(tab, (session) => session.status.problem?.code);
}

/** Waits for a phase, and answers with the one that there is in the end. */
export async function settledPhase(tab: Page, wanted: readonly string[]): Promise<string> {
  let phase = 'loading';
  await expect
    .poll(
      async () => {
        phase = await phaseIn(tab);
        return wanted.includes(phase);
      },
      { timeout: 10_000, intervals: [10, 20, 50] },
    )
    .toBe(true)
    .catch(() => undefined);
  return phase;
}

/** Starts a sign-in, and waits until the window rests: signed in, or back without a session. */
export async function signIn(tab: Page): Promise<string> {
  await inPage(tab, (session) => {
    history.replaceState(null, '', location.pathname);
    Reflect.set(globalThis, 'isLeaving', true);
    session.signIn().catch((error: { code?: string }) => {
      Reflect.set(globalThis, 'isLeaving', false);
      history.replaceState(null, '', `#sign-in-failed=${error.code}`);
    });
  });
  let rest = 'moving';
  await expect
    .poll(
      async () => {
        // Somebody who is signed in already is so until the window has left.
        const isLeaving = await tab.evaluate(() => Reflect.get(globalThis, 'isLeaving')).catch(() => true);
        if (isLeaving) return rest;
        const phase = await phaseIn(tab);
        const back = phase !== 'loading' && phase !== 'signing-in' && new URL(tab.url()).hash !== '';
        rest = phase === 'active' || back ? phase : 'moving';
        return rest;
      },
      { timeout: 10_000, intervals: [10, 20, 50] },
    )
    .not.toBe('moving')
    .catch(() => undefined);
  return rest;
}

/** The sealed session record, to be compared only. */
export async function sessionRecord(tab: Page): Promise<string | undefined> {
  const records = (await vaultRecords(tab)) as { readonly name: string; readonly jwe: string }[];
  return records.find(({ name }) => name === 'session')?.jwe;
}

export async function recordNames(tab: Page): Promise<string[]> {
  const records = (await vaultRecords(tab)) as { readonly name: string }[];
  return records.map(({ name }) => name);
}

/** Sends `gets` GETs and, in their midst, one POST that has an id. */
export function send(tab: Page, { api }: System, gets: number, orderId?: string): Promise<Seen[]> {
  return tab.evaluate(
    async ({ origin, gets, orderId }) => {
      const seen = async (method: string, path: string, body?: string): Promise<Seen> => {
        try {
          const response = await fetch(origin + path, { method, ...(body && { body }) });
          const own = response.headers.get('content-type') === 'application/problem+json';
          const { code } = own ? await response.json() : {};
          return { method, status: response.status, ...(code && { code }) };
        } catch {
          return { method, status: 0 };
        }
      };
      const requests = Array.from({ length: gets }, () => () => seen('GET', '/v1/time'));
      if (orderId) {
        const order = JSON.stringify({ id: orderId, product: 'lantern' });
        requests.splice(Math.ceil(gets / 2), 0, () => seen('POST', '/v1/orders', order));
      }
      return Promise.all(requests.map((request) => request()));
    },
    { origin: api.origin, gets, ...(orderId && { orderId }) },
  );
}
