import { fileURLToPath } from 'node:url';
import type { Attack } from '../attack.js';

const SCRUBBING = fileURLToPath(new URL('../../workers/scrubbing.ts', import.meta.url));

/** An endpoint that answers with its request's headers, as debugging aids and error pages do. */
export const echoingApi: Attack = {
  name: 'echoing API',
  tries: 'calls an endpoint of the API that answers with the request’s own headers',
  threat: '5.1.1',
  defence: '`limits({ scrub })`: the worker takes the credential out of the API’s answers',
  deployment: { system: { workerSource: SCRUBBING } },
  weakness: { without: 'that option, which is off by default: the leak is the API’s own', deployment: {} },
  run: async (stage) => {
    stage.onApiRequest((req, res) => {
      if (req.url !== '/v1/echo-headers' || req.method === 'OPTIONS') return false;
      res.writeHead(200, { 'access-control-allow-origin': stage.origin, 'content-type': 'application/json' });
      res.end(JSON.stringify(req.headers));
      return true;
    });
    await stage.run(async (api) => {
      const answer = await fetch(`${api}/v1/echo-headers`);
      attacker.take('an answer of the API', await answer.text());
    }, stage.system.api.origin);
  },
};
