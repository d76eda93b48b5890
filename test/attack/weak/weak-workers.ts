import { fileURLToPath } from 'node:url';

/** The order desk's worker with one defence taken out. */
export function weakWorker(
  name:
    | 'clear-vault'
    | 'usable-keys'
    | 'talkative'
    | 'bare-expose'
    | 'port-blind'
    | 'sharing'
    | 'page-clock'
    | 'following'
    | 'one-epoch'
    | 'any-scope'
    | 'credential-for-server'
    | 'believing'
    | 'telling-all'
    | 'following-exports'
    | 'page-parameters'
    | 'renewal-verifies'
    | 'adopting-over'
    | 'answering-adoption'
    | 'unchained'
    | 'everybodys-log'
    | 'all-requestable'
    | 'handing-over',
): { readonly workerSource: string } {
  return { workerSource: fileURLToPath(new URL(`./workers/${name}.ts`, import.meta.url)) };
}
