import type { Settings } from '../../support/former-apps/former-app.js';

/** An application that signs in with one of the libraries and calls an API, written as that library's documentation shows it. */
export interface ComparedApp {
  /** Leaves the page for the authorization server. */
  signIn(): Promise<unknown>;
  /** Takes its answer, where that comes to a page. */
  finish?(): Promise<unknown>;
  /** What a page of this application does in a hidden frame of another one. */
  inFrame?(): Promise<unknown>;
  /** Goes on with the session that another page began. @returns whether there is one */
  resume(): Promise<boolean>;
  call(url: string): Promise<Response>;
  /** All that the library's own interface gives to a script which asks it. */
  ask(): Promise<unknown>;
}

export type StartApp = (settings: Settings) => Promise<ComparedApp>;
