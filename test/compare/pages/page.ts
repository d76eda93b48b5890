import { type Calls, callsOf } from './calls.js';
import type { ComparedApp, StartApp } from './compared-app.js';

declare global {
  /** What a run asks of a page. */
  var compared: Calls;
}

/** The page's whole script, around one library. Its title says how far it is. */
export async function runPage(start: StartApp): Promise<void> {
  const app = await start(await (await fetch('/compare/settings.json')).json()).catch(broken);
  if (window.parent !== window) {
    await app.inFrame?.();
  } else if (location.pathname === '/session/callback') {
    await app.finish?.();
    location.replace('/compare.html');
  } else {
    globalThis.compared = callsOf(app);
    document.title = (await app.resume()) ? 'signed in' : 'signed out';
  }
}

/** A library that does not start, as some do not after a session was lost: nothing works in its application. */
function broken(error: unknown): ComparedApp {
  const refuse = () => Promise.reject(error);
  return { signIn: refuse, resume: async () => false, call: refuse, ask: refuse };
}
