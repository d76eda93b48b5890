/** What every one of these applications has to know. */
export interface Settings {
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
}

/** An application before its migration: signs in with a library of its own. */
export interface FormerApp {
  /** Leaves the page for the authorization server. */
  signIn(): Promise<unknown>;
  /** Takes its answer, on the page that it comes to. */
  finish(): Promise<unknown>;
}
