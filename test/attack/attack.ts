import type { SystemOptions } from '../../demo/system.js';
import type { EngineName } from '../support/browsers.js';
import type { Stage } from './outside/stage.js';

/** How the order desk is deployed: its own options, and what stands in front of it. */
export interface Deployment {
  readonly system?: Omit<SystemOptions, 'ports' | 'files' | 'quiet' | 'appOrigin'>;
  /**
   * `https`: TLS, so that the seal's cookie has its prefix; `nginx`: nginx as `docs/server.md` advises;
   * `nginx-defaults`: nginx as Debian installs it; `node-defaults`: a Node server without the keeper's hardening.
   */
  readonly front?: 'https' | 'nginx' | 'nginx-defaults' | 'node-defaults';
}

/** The same attack where its defence is missing: there it has to succeed, or it shows nothing. */
export interface Weakness {
  /** What is missing, in a few words. */
  readonly without: string;
  /** Default: the attack's own deployment. */
  readonly deployment?: Deployment;
  /** Takes the defence away from a system that runs; what it adds to the servers is removed after the attack. */
  readonly weaken?: (stage: Stage) => void | Promise<void>;
  /** Engines in which the attack gets nothing even so, and why: there the engine itself is the defence. */
  readonly harmlessIn?: Partial<Readonly<Record<EngineName, string>>>;
}

/** One attack of a script that runs in the page before everything else, and knows every line of this project. */
export interface Attack {
  readonly name: string;
  /** What it tries, for the table. */
  readonly tries: string;
  /** The section of draft-ietf-oauth-browser-based-apps that it belongs to. */
  readonly threat: '5.1.1' | '5.1.2' | '5.1.3' | '5.1.4';
  /** What stops it, for the table. */
  readonly defence: string;
  readonly deployment?: Deployment;
  /** Engines in which that deployment does not work, and the one that is attacked there. */
  readonly deploymentIn?: Partial<Readonly<Record<EngineName, Deployment>>>;
  /** Runs in every page of the origin before any other script. Serialized: it sees nothing but `attacker`. */
  readonly before?: () => void;
  /** Default `ada`: the person who is signed in when the attack begins. `nobody` leaves the sign-in to the attack. */
  readonly signedIn?: 'ada' | 'nobody';
  /** The attack itself, driven from outside of the page. */
  readonly run: (stage: Stage) => Promise<void>;
  readonly weakness: Weakness;
}
