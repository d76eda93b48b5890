import { ACCOUNTS } from './accounts.js';
import type { PasskeyRequest } from './passkeys.js';

export const STYLE_PATH = '/assets/style.css';
export const ICON_PATH = '/assets/icon.svg';
export const SUBMIT_SCRIPT_PATH = '/assets/submit.js';
export const PASSKEY_SCRIPT_PATH = '/assets/passkey.js';

/** Every page's own policy: nothing inline, nothing from elsewhere, no frames. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const;

export interface SignInForm {
  readonly action: string;
  readonly username: string;
  /** Whether the last try was wrong. */
  readonly refused: boolean;
}

export function signInPage({ action, username, refused }: SignInForm): string {
  const rows = ACCOUNTS.map(
    ({ subject, password, name }) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td><code>${escapeHtml(subject)}</code></td><td><code>${escapeHtml(password)}</code></td></tr>`,
  );
  return page(
    'Sign in',
    `<h1>Sign in</h1>
    <p class="lead">to go on to <strong>Order desk</strong></p>
    ${refused ? '<p class="error" role="alert" id="refused">This username and password do not belong together.</p>' : ''}
    <form method="post" action="${escapeHtml(action)}">
      <label for="username">Username</label>
      <input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required
        value="${escapeHtml(username)}" ${username ? '' : 'autofocus'} ${refused ? 'aria-describedby="refused"' : ''}>
      <label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required
        ${username ? 'autofocus' : ''}>
      <button type="submit" name="action" value="sign-in">Sign in</button>
      <button type="submit" name="action" value="cancel" class="quiet" formnovalidate>Cancel</button>
    </form>
    <table>
      <caption>People of this demonstration</caption>
      <thead><tr><th scope="col">Name</th><th scope="col">Username</th><th scope="col">Password</th></tr></thead>
      <tbody>${rows.join('')}</tbody>
    </table>`,
  );
}

/** @param passkey what the browser is to do for it; absent: to confirm is enough */
export function secondFactorPage(
  action: string,
  passkey: PasskeyRequest | undefined,
  refused: boolean,
): string {
  const request = passkey ? `data-passkey="${escapeHtml(JSON.stringify(passkey))}"` : '';
  return page(
    'Confirm',
    `<h1>Confirm that it is you</h1>
    <p class="lead">Order desk asks for it before a large order.</p>
    <p class="error" role="alert" id="refused" ${refused ? '' : 'hidden'}>That did not work. Try again.</p>
    <form method="post" action="${escapeHtml(action)}" id="second-factor" ${request}>
      <input type="hidden" name="credential">
      <button type="submit" name="action" value="confirm">${passkey ? 'Confirm with a passkey' : 'Confirm'}</button>
      <button type="submit" name="action" value="cancel" class="quiet">Cancel</button>
    </form>
    ${passkey ? `<script src="${PASSKEY_SCRIPT_PATH}"></script>` : ''}`,
  );
}

/** @param form the provider's form, which holds the proof against cross-site requests but no button. */
export function signOutPage(form: string, submitAtOnce: boolean): string {
  return page(
    'Sign out',
    `<h1>${submitAtOnce ? 'Signing you out…' : 'Sign out?'}</h1>
    <p class="lead">This ends your session here and in Order desk.</p>
    ${form}
    <div class="actions">
      <button type="submit" form="op.logoutForm" name="logout" value="yes" id="sign-out">Sign out</button>
      ${submitAtOnce ? '' : '<button type="submit" form="op.logoutForm" class="quiet">Stay signed in</button>'}
    </div>
    ${submitAtOnce ? `<script src="${SUBMIT_SCRIPT_PATH}"></script>` : ''}`,
  );
}

export function signedOutPage(): string {
  return page('Signed out', '<h1>Signed out</h1><p class="lead">You can close this window.</p>');
}

export function errorPage(error: { error?: string; error_description?: string | undefined }): string {
  return page(
    'That did not work',
    `<h1>That did not work</h1>
    <p class="lead">${escapeHtml(error.error_description ?? 'The request could not be answered.')}</p>
    <p>Go back to Order desk and start again. <code>${escapeHtml(error.error ?? 'server_error')}</code></p>`,
  );
}

export const SUBMIT_SCRIPT = "document.getElementById('sign-out').click();\n";

export const PASSKEY_SCRIPT = `const form = document.getElementById('second-factor');
const { kind, options } = JSON.parse(form.dataset.passkey);
const parse = kind === 'create' ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON';
form.addEventListener('submit', async (event) => {
  if (event.submitter.value !== 'confirm') return;
  event.preventDefault();
  try {
    const credential = await navigator.credentials[kind]({ publicKey: PublicKeyCredential[parse](options) });
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    document.getElementById('refused').hidden = false;
  }
});
`;

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#38465a"/><circle cx="16" cy="12.5" r="4.5" fill="#fff"/><path d="M7 26c0-5.5 4-8 9-8s9 2.5 9 8z" fill="#fff"/></svg>
`;

export const STYLE = `:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6676; --paper: #f4f5f7; --card: #fff;
  --line: #d8dde4; --field: #808b99; --accent: #0b5f59; --on-accent: #fff; --bad: #a3231f }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf0; --soft: #9aa5b4; --paper: #12161c; --card: #1b2129;
  --line: #353e4a; --field: #6b7889; --accent: #5cc9be; --on-accent: #06211f; --bad: #ff9d96 } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: min(26rem, 100%); background: var(--card); border: 1px solid var(--line); border-radius: 14px;
  padding: 2rem clamp(1.25rem, 6vw, 2.25rem) }
.brand { margin: 0 0 1.5rem; font-size: .85rem; color: var(--soft) }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; letter-spacing: -.015em }
.lead { margin: .35rem 0 1.5rem; color: var(--soft) }
label { display: block; margin: 0 0 .3rem; font-weight: 600; font-size: .92rem }
input { width: 100%; font: inherit; color: inherit; background: transparent; border: 1px solid var(--field); border-radius: 8px;
  padding: .6rem .75rem; margin-bottom: 1rem }
button { width: 100%; font: inherit; font-weight: 600; border: 1px solid transparent; border-radius: 8px; padding: .65rem 1rem;
  background: var(--accent); color: var(--on-accent); cursor: pointer; margin-bottom: .6rem }
button.quiet { background: transparent; color: var(--ink); border-color: var(--field) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.error { color: var(--bad); font-weight: 600; margin: 0 0 1rem }
table { width: 100%; border-collapse: collapse; margin-top: 1.4rem; font-size: .88rem; color: var(--soft) }
caption { text-align: left; padding-bottom: .4rem }
th { text-align: left; font-weight: 500; color: inherit }
td, th { padding: .35rem 0; border-top: 1px solid var(--line) }
code { font: .95em ui-monospace, monospace; color: var(--ink) }
`;

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escapeHtml(title)} · Harbour identity</title>
  <link rel="icon" href="${ICON_PATH}" type="image/svg+xml">
  <link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
  <main>
    <p class="brand">Harbour identity</p>
    ${body}
  </main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
