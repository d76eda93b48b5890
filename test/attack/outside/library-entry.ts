import { adoptSession, fromOidcClientTs } from '../../../src/adopt.js';
import { rollOut } from '../../../src/rollout.js';

// What an application has in its page during an adoption or a rollout: its own script uses it, and the attacker's can.
const library = { adoptSession, fromOidcClientTs, rollOut };

Object.assign(globalThis, { library });

export type Library = typeof library;
