import type { TelemetryParts, Watch } from '../telemetry/telemetry.js';

export interface FetchedPolicyOptions {
  /**
   * Answers `GET` with `{ "version": 3, "policy": { … } }`: an https URL (http on localhost), or a path of this origin. The server's option
   * `workerOrigins` has to name another origin, and that one has to allow this one (CORS). Default: `session-keeper/server`, by its
   * option `policy`.
   */
  readonly url?: string;
  /** It is asked once in this time at most, by all pages together, whatever came of it. 1–1440, default 15. */
  readonly everyMinutes?: number;
}

/** What the option of that name takes: `fetchedPolicy()`. Its inside is the worker's. */
export interface FetchedPolicy {
  /**
   * @internal
   * @param watch what already watches the parts of the worker
   * @throws TypeError for a wrong option
   */
  connect(parts: TelemetryParts, watch: Watch): Watch;
}
