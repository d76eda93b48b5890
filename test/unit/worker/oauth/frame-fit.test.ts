import { beforeEach, describe, expect, it } from 'vitest';
import { FrameFit } from '../../../../src/worker/oauth/frame-fit.js';
import { ISSUER } from '../fake-authorization-server.js';
import { Browser, ORIGIN, workerParts } from '../worker-parts.js';

const FITS = `frame-src ${ISSUER} ${ORIGIN}/session/callback`;

let browser: Browser;
let policy: string | undefined;
let isPageDown: boolean;
let pageVisits: number;

beforeEach(() => {
  browser = new Browser();
  browser.server.metadata = { ...browser.server.metadata, response_modes_supported: ['query', 'form_post'] };
  policy = FITS;
  isPageDown = false;
  pageVisits = 0;
});

function frameFit(): FrameFit {
  const { configuration, environment, server } = workerParts(browser);
  const startPage = `${ORIGIN}/app/`;
  const fetch: typeof globalThis.fetch = async (url) => {
    expect(url).toBe(startPage);
    pageVisits += 1;
    if (isPageDown) throw new TypeError('down');
    return new Response('page', {
      headers: policy === undefined ? {} : { 'Content-Security-Policy': policy },
    });
  };
  const scope = browser.pages.scope(startPage);
  return new FrameFit({ configuration, environment: { ...environment, fetch }, server, scope });
}

const refused = (mention: string) =>
  expect.objectContaining({
    code: 'silent_frame_refused',
    retryable: false,
    message: expect.stringContaining(mention),
  });

describe('a silent frame', () => {
  it('fits where the server posts forms and the page may frame it and the redirect path', async () => {
    await expect(frameFit().check()).resolves.toBeUndefined();
  });

  it('fits where the page has no policy', async () => {
    policy = undefined;
    await expect(frameFit().check()).resolves.toBeUndefined();
  });

  it.each([[undefined], [['query', 'fragment']], [[]]])(
    'is refused where the server announces the modes %j',
    async (modes) => {
      browser.server.metadata = { ...browser.server.metadata, response_modes_supported: modes };
      await expect(frameFit().check()).rejects.toEqual(refused('form_post'));
    },
  );

  it.each([
    ["frame-src 'none'", `frame ${ISSUER}/authorize`],
    [`frame-src ${ORIGIN}/session/callback`, `frame ${ISSUER}/authorize`],
    [`frame-src ${ISSUER}`, `frame ${ORIGIN}/session/callback`],
  ])('is refused under the policy %s', async (given, mention) => {
    policy = given;
    await expect(frameFit().check()).rejects.toEqual(refused(mention));
  });

  it('that fits is looked at once, one that does not again', async () => {
    const fit = frameFit();
    policy = "frame-src 'none'";
    await expect(fit.check()).rejects.toThrow();
    policy = FITS;
    await fit.check();
    await fit.check();
    expect(pageVisits).toBe(2);
  });

  it('is not refused because the page cannot be had just now, and is looked at again', async () => {
    const fit = frameFit();
    isPageDown = true;
    await fit.check();
    isPageDown = false;
    policy = "frame-src 'none'";
    await expect(fit.check()).rejects.toThrow();
  });
});
