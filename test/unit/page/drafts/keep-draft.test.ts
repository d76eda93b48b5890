import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keepDraft } from '../../../../src/page/drafts/keep-draft.js';
import { SessionClient } from '../../../../src/page/session-client.js';
import type { WorkerEndpoint } from '../../../../src/page/worker-endpoint.js';
import type { SessionStatus } from '../../../../src/shared/session-status.js';
import { activeStatus } from '../active-status.js';
import { FakeStorage } from './fake-storage.js';

const MINUTE = 60_000;
const of = (sub: string): SessionStatus => activeStatus({ user: { sub } });
const ended: SessionStatus = activeStatus({ phase: 'ended' });
const signedOut: SessionStatus = activeStatus({ phase: 'signed-out' });

/** What one tab has of its own, and what all tabs share. */
let tab: FakeStorage;
let reported: unknown[];

beforeEach(() => {
  vi.useFakeTimers();
  reported = [];
  vi.stubGlobal('localStorage', new FakeStorage());
  vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
  openTab();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function openTab(): FakeStorage {
  tab = new FakeStorage();
  goTo(tab);
  return tab;
}

function goTo(which: FakeStorage): void {
  vi.stubGlobal('sessionStorage', which);
}

/** A page of the tab with a form of one field, which is loaded while this is the status. */
function page(status: SessionStatus, name = 'order') {
  const events = new EventTarget();
  vi.stubGlobal('addEventListener', events.addEventListener.bind(events));
  vi.stubGlobal('removeEventListener', events.removeEventListener.bind(events));
  const left = vi.fn();
  vi.stubGlobal('location', { assign: left, href: 'https://app.example/', origin: 'https://app.example' });
  const endpoint = { call: async () => ({ attempt: 'a', url: 'https://id.example' }) };
  const session = new SessionClient(endpoint as unknown as WorkerEndpoint, status);
  const restored = vi.fn();
  const form = {
    text: undefined as unknown,
    cleared: 0,
    restored,
  };
  const draft = keepDraft<unknown>(session, {
    name,
    save: () => form.text,
    restore: (text) => {
      form.text = text;
      restored(text);
    },
    clear: () => {
      form.text = undefined;
      form.cleared += 1;
    },
  });
  return {
    form,
    draft,
    left,
    tell: (change: SessionStatus) => session.receive({ type: 'status', status: change }),
    signIn: async () => {
      const outcome = session.signIn().catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(0);
      return left.mock.calls.length ? undefined : outcome;
    },
    hide: () => events.dispatchEvent(new Event('pagehide')),
    comeBack: () => events.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true })),
  };
}

/** A person has written this, the session ended, and a sign-in leaves the page. */
async function leftWith(text: unknown, person = 'ada') {
  const first = page(of(person));
  first.form.text = text;
  first.tell(ended);
  await first.signIn();
  expect(first.left).toHaveBeenCalledWith('https://id.example');
  first.hide();
  return first;
}

describe('the same person comes back', () => {
  test('and what was typed is there again, once', async () => {
    await leftWith({ note: 'for the regatta', quantity: 12, express: true, extras: ['rope', null] });
    const second = page(of('ada'));
    expect(second.form.text).toEqual({
      note: 'for the regatta',
      quantity: 12,
      express: true,
      extras: ['rope', null],
    });
    second.tell(of('ada'));
    expect(second.form.restored).toHaveBeenCalledOnce();
    expect(page(of('ada')).form.restored).not.toHaveBeenCalled();
  });

  test('also when they cancelled at first, and signed in later', async () => {
    await leftWith('kept');
    const cancelled = page(ended);
    expect(cancelled.form.restored).not.toHaveBeenCalled();
    await cancelled.signIn();
    cancelled.hide();
    const second = page(ended);
    second.tell(of('ada'));
    expect(second.form.restored).toHaveBeenCalledOnce();
  });

  test('with what was typed while the next page was on its way', async () => {
    const first = page(of('ada'));
    first.form.text = 'for the rega';
    await first.signIn();
    first.form.text = 'for the regatta';
    first.hide();
    expect(page(of('ada')).form.text).toBe('for the regatta');
  });

  test('to a page that was loaded after the end, and knows from the tab whose it is', async () => {
    page(of('ada')).tell(ended);
    const reloaded = page(ended);
    reloaded.form.text = 'written after the end';
    await reloaded.signIn();
    expect(page(of('ada')).form.text).toBe('written after the end');
  });

  test('each tab has its own, and each name', async () => {
    const first = tab;
    await leftWith('of the first tab');
    const second = openTab();
    await leftWith('of the second tab');
    goTo(first);
    expect(page(of('ada'), 'invoice').form.restored).not.toHaveBeenCalled();
    expect(page(of('ada')).form.text).toBe('of the first tab');
    goTo(second);
    expect(page(of('ada')).form.text).toBe('of the second tab');
  });

  test('a page that was left otherwise hands nothing on', () => {
    const first = page(of('ada'));
    first.form.text = 'given up';
    first.hide();
    expect(tab.keys()).toEqual(['session-keeper:person']);
  });

  test('while the page still stands, it is not told of its own draft', async () => {
    const first = page(of('ada'));
    first.form.text = 'typed';
    await first.signIn();
    first.tell({ ...of('ada'), renewals: 3 });
    expect(first.form.restored).not.toHaveBeenCalled();
  });

  test('where the form fails to take it, the others are told of the status all the same', async () => {
    await leftWith('kept');
    const second = page(ended);
    second.form.restored.mockImplementation(() => {
      throw new Error('the form’s own');
    });
    second.tell(of('ada'));
    expect(reported).toEqual([new Error('the form’s own')]);
  });
});

describe('another person', () => {
  test('never gets it, nor does the first one afterwards', async () => {
    await leftWith('ada’s');
    const second = page(of('grace'));
    expect(second.form.restored).not.toHaveBeenCalled();
    expect(JSON.stringify([...tab])).not.toMatch(/\bada\b/);
    expect(page(of('ada')).form.restored).not.toHaveBeenCalled();
  });

  test('gets none of several either', async () => {
    await leftWith('ada’s order');
    page(of('grace'), 'invoice');
    expect(page(of('grace')).form.restored).not.toHaveBeenCalled();
  });

  test('who signs in beside the page finds an empty form', () => {
    const first = page(of('ada'));
    first.form.text = 'ada’s';
    first.tell(ended);
    expect(first.form.text).toBe('ada’s');
    first.tell(of('grace'));
    expect(first.form).toMatchObject({ text: undefined, cleared: 1 });
  });

  test('what is entered while nobody was signed in is nobody’s', async () => {
    const first = page(signedOut);
    first.form.text = 'whose?';
    await first.signIn();
    expect(tab.keys()).toEqual([]);
    expect(page(of('grace')).form.restored).not.toHaveBeenCalled();
  });
});

describe('it is forgotten', () => {
  test('after a sign-out, and the form is emptied', async () => {
    await leftWith('typed');
    const second = page(ended);
    second.form.text = 'more';
    second.tell(signedOut);
    expect(second.form).toMatchObject({ text: undefined, cleared: 1 });
    expect(tab.keys()).toEqual([]);
    second.tell(of('ada'));
    expect(second.form.restored).not.toHaveBeenCalled();
  });

  test('after a sign-out in another tab, while this one was at the authorization server', async () => {
    const first = tab;
    await leftWith('typed');
    await vi.advanceTimersByTimeAsync(1000);
    openTab();
    page(of('ada')).tell(signedOut);
    goTo(first);
    expect(page(of('ada')).form.restored).not.toHaveBeenCalled();
  });

  test('not because the worker could not tell for a moment who is signed in', async () => {
    await leftWith('typed');
    const problem = { code: 'vault_unavailable', message: '', retryable: true } as const;
    const second = page({ ...signedOut, problem });
    second.tell(of('ada'));
    expect(second.form.text).toBe('typed');
  });

  test.each([
    ['half an hour', 30 * MINUTE, 1],
    ['longer', 30 * MINUTE + 1, 0],
    ['a clock that was set back an hour', -60 * MINUTE, 0],
  ])('after its time: %s', async (_, ms, times) => {
    await leftWith('typed');
    vi.setSystemTime(Date.now() + ms);
    expect(page(of('ada')).form.restored).toHaveBeenCalledTimes(times);
    expect(tab.keys()).toEqual(['session-keeper:person']);
  });

  test('when the form was sent', async () => {
    const { draft, hide } = await leftWith('sent');
    draft.drop();
    hide();
    expect(page(of('ada')).form.restored).not.toHaveBeenCalled();
  });

  test('when it was emptied while the next page was on its way', async () => {
    const first = await leftWith('typed');
    first.form.text = undefined;
    first.hide();
    expect(page(of('ada')).form.restored).not.toHaveBeenCalled();
  });

  test('no more is kept once it is stopped', async () => {
    const first = page(of('ada'));
    first.form.text = 'typed';
    first.draft.stop();
    await first.signIn();
    first.tell(of('grace'));
    expect(first.form.cleared).toBe(0);
    expect(page(of('ada')).form.restored).not.toHaveBeenCalled();
  });
});

describe('a page out of the back/forward cache', () => {
  test('keeps what is in it, and nothing is handed back a second time', async () => {
    const first = await leftWith('typed');
    first.comeBack();
    first.tell(of('ada'));
    expect(first.form).toMatchObject({ text: 'typed', cleared: 0 });
    expect(first.form.restored).not.toHaveBeenCalled();
    expect(page(of('ada')).form.restored).not.toHaveBeenCalled();
  });

  test('whose draft went on in another page is emptied: it may have been sent there', async () => {
    const first = await leftWith('typed');
    page(of('ada'));
    first.comeBack();
    expect(first.form).toMatchObject({ text: undefined, cleared: 1 });
  });
});

describe('what cannot be kept keeps the page', () => {
  test.each([
    ['too much', 'x'.repeat(524_287), /has 524289 characters as JSON; at most 524288 are kept/],
    ['a file', { files: [new File([], 'a')] }, /order\.files\.0, a File, cannot be kept/],
    ['a date', { due: new Date(0) }, /order\.due, a Date,/],
    ['no number', { quantity: Number.NaN }, /order\.quantity, NaN,/],
    ['a function', { send: () => undefined }, /order\.send, function,/],
    ['a gap', [1, undefined], /order\.1, undefined,/],
  ])('%s', async (_, text, message) => {
    const first = page(of('ada'));
    first.form.text = text;
    const failure = await first.signIn();
    expect(failure).toMatchObject({ code: 'draft_not_kept', message: expect.stringMatching(message) });
    expect(first.left).not.toHaveBeenCalled();
  });

  test('the largest that is kept, and fields that are not there', async () => {
    await leftWith('x'.repeat(524_286));
    expect(page(of('ada')).form.restored).toHaveBeenCalledOnce();
    await leftWith({ note: 'typed', product: undefined });
    expect(page(of('ada')).form.text).toEqual({ note: 'typed' });
  });

  test('a browser that stores nothing', async () => {
    const first = page(of('ada'));
    first.form.text = 'typed';
    tab.isFull = true;
    expect(await first.signIn()).toMatchObject({ code: 'draft_not_kept' });
    expect(first.left).not.toHaveBeenCalled();
  });
});

describe('misuse', () => {
  const session = () => new SessionClient({} as WorkerEndpoint, of('ada'));
  const options = { name: 'order', save: () => '', restore: () => {}, clear: () => {} };
  test.each([
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(101) }],
    ['maxAgeSeconds', { maxAgeSeconds: 59 }],
    ['maxAgeSeconds', { maxAgeSeconds: 86_401 }],
    ['clear', { clear: undefined as never }],
  ])('%s', (named, change) => {
    expect(() => keepDraft(session(), { ...options, ...change })).toThrow(`option ${named} is`);
  });

  test('a session whose status does not say whose it is', () => {
    expect(() => page(activeStatus({ user: { name: 'Ada' } }))).toThrow("add 'sub' to the worker's option");
    page(signedOut).tell(activeStatus({ user: {} }));
    expect(reported).toEqual([expect.any(TypeError)]);
  });

  test('what a script wrote in the place of a draft is no draft', () => {
    for (const text of ['{', '{}', 'null', '[1]']) {
      tab.setItem('session-keeper:draft:order', text);
      expect(page(of('ada')).form.restored).not.toHaveBeenCalled();
    }
  });
});
