import * as oauth from 'oauth4webapi';
import { answerKept, sendKept } from './tell-and-keep.js';

// The floor that tells and keeps, with a proof of possession (RFC 9449) for each request beside it, made by the library that the keeper
// has for it.
const handle = oauth.generateKeyPair('ES256').then((keys) => oauth.DPoP({}, keys));

answerKept(async (request, keeping) => {
  const { url, method } = request;
  return oauth.protectedResourceRequest('fixed', method, new URL(url), undefined, undefined, {
    DPoP: await handle,
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: (_url, { headers }) => sendKept(request, headers, keeping),
  });
});
