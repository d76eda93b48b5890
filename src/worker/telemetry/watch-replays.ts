import type { ReplayableRequest } from '../replayable-request.js';
import type { RecordEvent } from './recorder.js';
import type { Watchable } from './telemetry.js';

type Resource = Watchable['requests']['resource'];

/** Tells of each request that is sent again, and why: by what came of it before. */
export function watchReplays(resource: Resource, record: RecordEvent): Resource {
  const before = new WeakMap<ReplayableRequest, 'refused' | 'network'>();
  return {
    send: async (request, credential) => {
      const reason = before.get(request);
      if (reason) record('request.replayed', { reason });
      // Only a failure of the network and a 401 are followed by another sending.
      before.set(request, 'network');
      const response = await resource.send(request, credential);
      before.set(request, 'refused');
      return response;
    },
  };
}
