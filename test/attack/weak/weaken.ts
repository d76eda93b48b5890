import type { ServerResponse } from 'node:http';
import type { Stage } from '../outside/stage.js';

/** Deployments with one defence missing. Nothing of it is in the library: each is a hook in front of the app's server. */

/** Leaves headers away, on the answers of these paths or on all. */
export function withoutHeaders(
  stage: Stage,
  names: readonly string[],
  only?: (path: string) => boolean,
): void {
  stage.onAppRequest((req, res) => {
    if (!only || only(req.url ?? '/')) dropHeaders(res, names);
    return false;
  });
}

export function dropHeaders(res: ServerResponse, names: readonly string[]): void {
  const setHeader = res.setHeader.bind(res);
  res.setHeader = (name, value) => (names.includes(name.toLowerCase()) ? res : setHeader(name, value));
}

/** Lets the browser keep the worker's script. */
export function withCacheableScript(stage: Stage): void {
  stage.onAppRequest((req, res) => {
    if (req.url !== '/service-worker.js') return false;
    const setHeader = res.setHeader.bind(res);
    res.setHeader = (name, value) =>
      setHeader(name, name.toLowerCase() === 'cache-control' ? 'private, max-age=3600' : value);
    return false;
  });
}

/** Takes every request of the worker's script for a registration's. */
export function withoutScriptCheck(stage: Stage): void {
  stage.onAppRequest((req) => {
    if (req.url?.split('?')[0] !== '/service-worker.js') return false;
    req.url = '/service-worker.js';
    req.headers['sec-fetch-dest'] = 'serviceworker';
    req.headers['sec-fetch-mode'] = 'same-origin';
    req.headers['service-worker'] = 'script';
    return false;
  });
}

/** Lets any script of the origin become a service worker. */
export function withoutWorkerGuard(stage: Stage): void {
  stage.onAppRequest((req) => {
    if (req.url?.split('?')[0] === '/service-worker.js') return false;
    delete req.headers['service-worker'];
    if (req.headers['sec-fetch-dest'] === 'serviceworker') req.headers['sec-fetch-dest'] = 'script';
    return false;
  });
}

/** A page of the app stands at the redirect path, as in most applications. */
export function withPageAtRedirectPath(stage: Stage): void {
  stage.onAppRequest((req) => {
    if (req.url?.startsWith('/session/callback')) req.url = '/desk.html';
    return false;
  });
}
