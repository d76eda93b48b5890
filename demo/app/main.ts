import { registerSessionKeeper, type Session, SessionKeeperError, type SessionPhase } from 'session-keeper';
import 'session-keeper/banner';
import { demo } from './demo-values.js';
import { create, element, write } from './elements.js';
import { LiveFeed } from './live-feed.js';
import { OrderForm } from './order-form.js';
import { OrderList } from './order-list.js';
import { listProducts } from './orders-api.js';
import { wireRequestBurst } from './request-burst.js';
import { SessionPanel } from './session-panel.js';

const failure = element('failure', HTMLParagraphElement);
const welcome = element('welcome', HTMLElement);
const workspace = element('workspace', HTMLDivElement);
const side = element('side', HTMLDivElement);

/** In these there is a credential, or will be one again without the person leaving the page. */
const AT_WORK: ReadonlySet<SessionPhase> = new Set([
  'active',
  'limited',
  'interrupted',
  'verification-required',
  'ending',
]);

const orders: OrderList = new OrderList(() => void show(orders.reload()));
const form = new OrderForm(() => void show(orders.reload()));
const feed = new LiveFeed(
  (product) => orders.nameOf(product),
  () => void show(orders.reload()),
);

write(element('token-seconds', HTMLSpanElement), String(demo.accessTokenSeconds));
if (demo.controlRoom) linkControlRoom();
wireRequestBurst();
await show(start());

async function start(): Promise<void> {
  const session = await registerSessionKeeper({ worker: '/service-worker.js' });
  new SessionPanel(session);
  form.keepFor(session);
  orders.keepFor(session);
  wireButtons(session);
  session.onProblem(explain);
  let working = false;
  session.subscribe(({ phase }) => {
    const wasWorking = working;
    working = AT_WORK.has(phase);
    if (working && !wasWorking) void show(openDesk());
    // What somebody is working on stays on the screen when the session ends; only signing out clears it.
    if (phase === 'signed-out') closeDesk();
  });
}

async function openDesk(): Promise<void> {
  explain(undefined);
  showDesk(true);
  const products = await listProducts();
  orders.products = products;
  form.products = products;
  feed.start();
  await orders.reload();
}

function closeDesk(): void {
  feed.stop();
  orders.clear();
  showDesk(false);
}

function showDesk(open: boolean): void {
  welcome.hidden = open;
  workspace.hidden = !open;
  side.hidden = !open;
}

function wireButtons(session: Session): void {
  const onClick = (id: string, run: () => Promise<unknown>) => {
    element(id, HTMLButtonElement).addEventListener('click', () => void show(run()));
  };
  onClick('sign-in', () => session.signIn({ mode: 'redirect' }));
  onClick('sign-in-popup', () => session.signIn({ mode: 'popup' }));
  onClick('sign-out', () => session.signOut());
  onClick('renew', () => session.renew());
}

/** Not in the page itself, for there may be none. */
function linkControlRoom(): void {
  const link = create('a', '', 'Control room');
  link.href = '/control-room.html';
  link.target = '_blank';
  element('pages', HTMLElement).prepend(link);
}

/** Waits, and tells the person what went wrong. */
async function show(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    explain(error);
  }
}

function explain(error: unknown): void {
  failure.hidden = error === undefined;
  if (error instanceof SessionKeeperError) write(failure, `${error.message} (${error.code})`);
  else write(failure, error instanceof Error ? error.message : '');
}
