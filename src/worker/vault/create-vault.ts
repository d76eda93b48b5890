import { SessionKeeperError } from '../../shared/errors.js';
import type { Configuration } from '../options.js';
import { Database } from './database.js';
import { type AskEpoch, FreshVault } from './fresh-vault.js';
import type { Seal } from './seal.js';
import { SealedVault } from './sealed-vault.js';
import type { Vault } from './vault.js';

/**
 * The vault that the options ask for.
 *
 * @param seal the secret that the worker's script came with
 * @param onGone told when what it held is gone
 * @throws SessionKeeperError `seal_missing`
 */
export function createVault(
  configuration: Configuration,
  seal: Seal | undefined,
  askEpoch: AskEpoch,
  onGone: () => void,
): Vault {
  if (configuration.memoryVault) return configuration.memoryVault.connect();
  if (seal) return new FreshVault(new SealedVault(new Database(onGone), seal), askEpoch);
  throw new SessionKeeperError(
    'seal_missing',
    "The worker's script came without this browser's seal. Serve it with session-keeper/server, or add memoryVault().",
  );
}
