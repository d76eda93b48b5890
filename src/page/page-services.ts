import type { Hello, WorkerEvent } from '../shared/protocol.js';
import { watchActivity } from './activity.js';
import { requireInterception } from './interception.js';
import { watchMoments } from './moment-watch.js';
import { RequestTags } from './request-tags.js';
import type { SessionClient } from './session-client.js';
import { SilentFrame } from './silent-frame.js';
import type { WorkerEndpoint } from './worker-endpoint.js';
import { WorkerVersions } from './worker-versions.js';

/** Less than the half minute after which browsers stop a worker. */
const SIGN_INTERVAL_MS = 20_000;

/** Takes what a worker tells, and answers whether the session must not hear it. */
export type PageServices = (event: WorkerEvent, source: MessageEventSource | null) => boolean;

/**
 * What a page does for its session beside asking: it tags its requests, tells of activity and of limits that are near, follows the worker through its
 * versions, and opens the frame that brings a lost session back. A chunk of its own, fetched while the worker starts.
 *
 * @throws SessionKeeperError `page_not_controlled`
 */
export async function startPageServices(
  session: SessionClient,
  { apis, presence, watched }: Hello,
  endpoint: WorkerEndpoint,
): Promise<PageServices> {
  if (presence) await requireInterception(presence);
  const versions = new WorkerVersions(session, navigator.serviceWorker);
  const tags = new RequestTags(apis, (note) => {
    endpoint.note(note);
    versions.noteFormer(note);
  });
  const frame = new SilentFrame(endpoint);
  tags.install();
  watchActivity(session);
  watchMoments(session);
  if (watched) setInterval(() => endpoint.note(), SIGN_INTERVAL_MS);
  return (event, source) => {
    tags.receive(event);
    frame.receive(event);
    return versions.hides(event, source);
  };
}
