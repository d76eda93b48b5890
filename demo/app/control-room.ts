import { registerSessionKeeper, type Session, SessionKeeperError, type SessionPhase } from 'session-keeper';
import 'session-keeper/banner';
import { onTelemetry, type TelemetryEvent } from 'session-keeper/telemetry';
import { Timeline } from './control-room/charts.js';
import { readFigures } from './control-room/control-client.js';
import { EXPERIMENTS } from './control-room/experiments.js';
import { figureRows } from './control-room/figure-rows.js';
import { Lab } from './control-room/lab.js';
import { KILLED, WIDENED } from './control-room/narration.js';
import { offerReport } from './control-room/support-report.js';
import { TabList } from './control-room/tab-list.js';
import { Latest, type Mark, type Sample } from './control-room/window.js';
import { demo } from './demo-values.js';
import { create, element, write } from './elements.js';
import { serverTime } from './orders-api.js';
import { SessionPanel } from './session-panel.js';

const DRAW_MS = 250;
const REQUEST_MS = 1000;
const FIGURES_MS = 2000;

/** In these, requests have a credential or will have one. */
const AT_WORK: ReadonlySet<SessionPhase> = new Set([
  'active',
  'limited',
  'interrupted',
  'verification-required',
  'ending',
]);

const story = element('story', HTMLParagraphElement);
const samples = new Latest<Sample>();
const marks = new Latest<Mark>();
const renewals = new Latest<{ readonly at: number }>();
const events: TelemetryEvent[] = [];
const tabs = new TabList(marks);

try {
  const session = await registerSessionKeeper({ worker: '/service-worker.js' });
  onTelemetry(take);
  new SessionPanel(session);
  wireSession(session);
  wireExperiments(session);
  showTimeline(session);
  keepSending(session);
  offerReport(session);
  await showFigures();
} catch (error) {
  write(story, error instanceof SessionKeeperError ? `${error.message} (${error.code})` : String(error));
}

function take(event: TelemetryEvent): void {
  events.push(event);
  if (event.name === 'renewal' && event.outcome === 'renewed') renewals.add({ at: event.at / 1000 });
  // Also when the browser stopped it by itself.
  if (event.name === 'worker.started' && event.start === 'again') write(story, KILLED);
}

function wireSession(session: Session): void {
  const signIn = element('sign-in', HTMLButtonElement);
  signIn.addEventListener('click', () => void session.signIn());
  session.subscribe(({ phase }) => {
    signIn.hidden = phase !== 'signed-out';
    document.body.dataset.working = String(AT_WORK.has(phase));
  });
  for (const id of ['place-as', 'place-api'])
    element(id, HTMLAnchorElement).href = `${id === 'place-as' ? demo.issuer : demo.api}/metrics`;
}

function wireExperiments(session: Session): void {
  const lab = new Lab(session);
  const buttons = Object.keys(EXPERIMENTS).map((id) => element(id, HTMLButtonElement));
  let running: string | undefined;
  let isNarrowed = false;
  session.subscribe(({ phase }) => {
    // The person asked for the scopes, on whatever page; the experiment tells its own end.
    if (isNarrowed && phase === 'active' && running === undefined) write(story, WIDENED);
    if (phase === 'active' || phase === 'limited') isNarrowed = phase === 'limited';
  });
  const show = () => {
    for (const button of buttons) {
      button.ariaDisabled = String(running !== undefined || !AT_WORK.has(session.status.phase));
      button.ariaBusy = String(running === button.id);
    }
  };
  session.subscribe(show);
  for (const button of buttons)
    button.addEventListener('click', async () => {
      if (button.ariaDisabled === 'true') return;
      running = button.id;
      show();
      const tell = (sentence: string) => write(story, sentence);
      tell('…');
      await EXPERIMENTS[button.id]?.(lab, tell).catch((error: unknown) => tell(String(error)));
      running = undefined;
      show();
    });
}

function showTimeline(session: Session): void {
  const timeline = new Timeline(element('timeline', HTMLDivElement), samples, marks, renewals);
  setInterval(() => {
    const { accessTokenEndsAt, parkedRequests } = session.status;
    const now = Date.now();
    const left = accessTokenEndsAt === undefined ? null : Math.max(0, accessTokenEndsAt - now) / 1000;
    samples.add({ at: now / 1000, left, parked: parkedRequests });
    if (!document.hidden) timeline.draw(tabs.names);
  }, DRAW_MS);
}

function keepSending(session: Session): void {
  const isOn = element('traffic', HTMLInputElement);
  setInterval(() => {
    if (isOn.checked && AT_WORK.has(session.status.phase)) serverTime().catch(() => undefined);
  }, REQUEST_MS);
}

async function showFigures(): Promise<void> {
  const rows = element('figures', HTMLTableSectionElement);
  const before = await readFigures();
  const openedAt = Date.now();
  const show = async () => {
    const { answered } = tabs.totals();
    const client = { events, answered, openForSeconds: (Date.now() - openedAt) / 1000 };
    const made = figureRows(client, await readFigures(), before).map(({ label, client, server, metric }) => {
      const head = create('th', '', label, create('code', '', metric));
      head.scope = 'row';
      return create('tr', '', head, create('td', '', String(client)), create('td', '', String(server)));
    });
    rows.replaceChildren(...made);
  };
  await show();
  setInterval(() => void show().catch(() => undefined), FIGURES_MS);
}
