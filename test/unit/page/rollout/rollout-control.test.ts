import { beforeEach, describe, expect, it } from 'vitest';
import { FakeBrowser, type FakeTab } from './fake-browser.js';

const EVERYBODY = { rollout: { mode: 'optional' } };
const OFF = { rollout: { mode: 'off' } };

let browser: FakeBrowser;

beforeEach(() => {
  browser = new FakeBrowser();
});

/** Nothing of the keeper is left, and the person is signed in as before. */
function expectFormerAlone(): void {
  expect(browser).toMatchObject({ isRegistered: false, hasDatabase: false, keepersToken: undefined });
  expect([...browser.live]).toEqual([browser.formersToken]);
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('a page', () => {
  it.each([
    [OFF, false],
    [{ rollout: { mode: 'observe' } }, true],
    [undefined, false],
  ])('goes the former way where the plan is %j', async (document, observes) => {
    browser.document = document;
    const tab = await browser.open();
    expect([tab.control.way, tab.ways, tab.observes]).toEqual(['former', ['former'], observes]);
    expect(await tab.request()).toEqual({ status: 200, way: 'former' });
    expectFormerAlone();
  });

  it('brings the keeper in where it is in, and takes over the session', async () => {
    browser.document = EVERYBODY;
    const tab = await browser.open();
    expect([tab.control.way, tab.ways, browser.formersToken]).toEqual(['keeper', ['keeper'], undefined]);
    expect(await tab.request()).toEqual({ status: 200, way: 'keeper' });
  });

  it('falls back where the keeper cannot be brought in, and leaves nothing of it', async () => {
    browser.document = EVERYBODY;
    browser.canRegister = false;
    const tab = await browser.open();
    expect(await tab.request()).toEqual({ status: 200, way: 'former' });
    expect(browser.problems).toEqual([new Error('the worker does not start')]);
    expectFormerAlone();
  });

  it('does not fall back where the keeper is required', async () => {
    browser.document = { rollout: { mode: 'required' } };
    browser.canRegister = false;
    await expect(browser.open()).rejects.toThrow('the worker does not start');
  });

  it('is told of a deadline, once, and is in from then on', async () => {
    browser.document = { rollout: { mode: 'required', percentage: 10, deadline: '2026-12-02' } };
    const tab = await browser.open();
    await tab.control.check();
    expect([tab.notices, tab.control.way, tab.control.deadline]).toEqual([
      [Date.parse('2026-12-02')],
      'former',
      Date.parse('2026-12-02'),
    ]);
    browser.now = Date.parse('2026-12-02');
    await tab.control.check();
    expect([tab.control.way, tab.control.deadline]).toEqual(['keeper', undefined]);
  });

  it('follows what was said last while the server is away, and what is in the code without a server', async () => {
    browser.document = EVERYBODY;
    await browser.open();
    browser.document = undefined;
    expect((await browser.open()).control.way).toBe('keeper');
    expect((await browser.open({ rollout: { mode: 'off' } })).control.way).toBe('former');
    expectFormerAlone();
  });

  it.each([{ rollout: { mode: 'of' } }, {}])(
    'follows what was said last where %j comes, and tells',
    async (wrong) => {
      browser.document = EVERYBODY;
      const tab = await browser.open();
      browser.document = wrong;
      await tab.control.check();
      expect([tab.control.way, tab.control.mode]).toEqual(['keeper', 'optional']);
      expect(browser.problems).toMatchObject([{ code: 'policy_refused' }]);
    },
  );
});

describe('the removal', () => {
  let tabs: FakeTab[];

  beforeEach(async () => {
    browser.document = EVERYBODY;
    tabs = [await browser.open(), await browser.open()];
    browser.document = OFF;
  });

  it('takes worker, vault and session away, and signs in the former way once, in all tabs', async () => {
    await tabs[0]?.control.check();
    await turn();
    expectFormerAlone();
    expect(browser.signIns).toBe(1);
    for (const tab of tabs) {
      expect(tab.ways).toEqual(['keeper', 'former']);
      expect(await tab.request()).toEqual({ status: 200, way: 'former' });
    }
  });

  it('takes away the database that the worker makes in its last pages, however late, and how often', async () => {
    await tabs[0]?.control.check();
    for (let time = 0; time < 3; time += 1) {
      await tabs[0]?.control.check();
      browser.hasDatabase = true;
      await (await browser.open()).control.check();
      expect(browser.hasDatabase).toBe(false);
    }
    browser.document = EVERYBODY;
    await tabs[1]?.control.check();
    await tabs[0]?.control.check();
    expect(browser).toMatchObject({ isRegistered: true, hasDatabase: true });
  });

  it('waits for what is under way in any tab, and what comes meanwhile waits for it', async () => {
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const underWay = tabs[1]?.request(() => answered);
    await turn();
    const removed = tabs[0]?.control.check();
    await turn();
    const later = tabs.map((tab) => tab.request());
    await turn();
    expect(browser.isRegistered).toBe(true);
    answer();
    await removed;
    expect(await underWay).toEqual({ status: 200, way: 'keeper' });
    for (const each of later) expect(await each).toEqual({ status: 200, way: 'former' });
  });

  it('goes ahead after a while; what was refused by it then goes the former way', async () => {
    const [tab] = tabs;
    const slow = await browser.open({ rollout: { mode: 'optional' } });
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const underWay = slow.request(() => answered);
    await turn();
    const quick = browser.openTab({ waitSeconds: 0.02 });
    await quick.control.check();
    expectFormerAlone();
    answer();
    expect(await underWay).toEqual({ status: 200, way: 'former' });
    expect(await tab?.request()).toEqual({ status: 200, way: 'former' });
  });

  it('is put off while the authorization server is away, three times and no more', async () => {
    browser.isInterrupted = true;
    for (let visit = 0; visit < 3; visit += 1) {
      expect((await browser.open()).control.way).toBe('keeper');
      expect(browser.isRegistered).toBe(true);
    }
    expect((await browser.open()).control.way).toBe('former');
    expect(browser.isRegistered).toBe(false);
  });

  it('is not put off where there is no former way', async () => {
    browser.isInterrupted = true;
    await browser.open({ former: undefined });
    expect(browser.isRegistered).toBe(false);
  });

  it('can be taken back: there and back again, nobody is asked and nothing fails', async () => {
    for (const document of [
      OFF,
      EVERYBODY,
      { rollout: { mode: 'observe' } },
      { rollout: { mode: 'required' } },
      OFF,
    ]) {
      browser.document = document;
      const statuses = tabs.map((tab) => tab.request());
      await tabs[0]?.control.check();
      statuses.push(...tabs.map((tab) => tab.request()));
      for (const each of statuses) expect((await each).status).toBe(200);
      await turn();
      expect(new Set(tabs.map(({ control }) => control.way)).size).toBe(1);
    }
    expectFormerAlone();
  });

  it('survives the tab that does it being closed at any await: the next one finishes it', async () => {
    let stops = 0;
    for (let step = 1; ; step += 1) {
      browser = new FakeBrowser();
      browser.document = EVERYBODY;
      const tab = await browser.open();
      browser.document = OFF;
      browser.stop(tab, step);
      await Promise.race([tab.control.check(), tab.closed]);
      if (!tab.isClosed) break;
      stops += 1;
      const next = await browser.open();
      expect(await next.request()).toEqual({ status: 200, way: 'former' });
      expectFormerAlone();
      expect(browser.problems).toEqual([]);
    }
    expect(stops).toBeGreaterThan(8);
  });

  it('survives it in the other tab as well, which goes on with the keeper until it looks', async () => {
    for (let step = 1; ; step += 1) {
      browser = new FakeBrowser();
      browser.document = EVERYBODY;
      const [tab, other] = [await browser.open(), await browser.open()];
      browser.document = OFF;
      browser.stop(tab, step);
      await Promise.race([tab.control.check(), tab.closed]);
      if (!tab.isClosed) break;
      await other.control.check();
      expect((await other.request()).status).toBe(200);
      expectFormerAlone();
    }
  });
});

it('a tab that is closed at any await of the way in leaves a browser that the next one brings in', async () => {
  for (let step = 1; ; step += 1) {
    browser = new FakeBrowser();
    browser.document = OFF;
    const tab = await browser.open();
    browser.document = EVERYBODY;
    browser.stop(tab, step);
    await Promise.race([tab.control.check(), tab.closed]);
    if (!tab.isClosed) break;
    const next = await browser.open();
    expect(await next.request()).toEqual({ status: 200, way: 'keeper' });
    expect([...browser.live]).toEqual([browser.keepersToken]);
  }
});

it('a forged message of a script makes a tab look, and changes nothing', async () => {
  browser.document = EVERYBODY;
  const tab = await browser.open();
  const token = browser.keepersToken;
  for (const message of ['leaving', 'changed', 'remove', { type: 'off' }]) {
    tab.control.hear(message as 'changed');
    await turn();
    expect(await tab.request()).toEqual({ status: 200, way: 'keeper' });
  }
  expect(browser.keepersToken).toBe(token);
});
