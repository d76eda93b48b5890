import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SessionKeeperError } from '../../../src/shared/errors.js';
import { isLater, type ParkedRequest, RequestQueue } from '../../../src/worker/request-queue.js';
import type { SessionRecord } from '../../../src/worker/session-record.js';
import { type ManualTime, turn } from './manual-time.js';
import { Browser, sessionRecord, workerParts } from './worker-parts.js';

const POLICY = { maxRequests: 3, maxWaitSeconds: 120, maxBodyBytes: 50, maxBytes: 100 };
const first = sessionRecord();
const second = sessionRecord({ generation: 2, accessToken: 'access-2' });

let time: ManualTime;
let queue: RequestQueue;
let living: Set<string>;
const onSize = vi.fn();

beforeEach(() => {
  const browser = new Browser();
  time = browser.time;
  living = new Set(['tab-1', 'tab-2']);
  onSize.mockClear();
  queue = new RequestQueue(POLICY, workerParts(browser).environment, onSize);
});

/** A page, or some, and what tells that it gave the request up. */
const sender = (pages = ['tab-1'], { signal } = new AbortController()) => ({ pages, signal });
const park = (changes: Partial<ParkedRequest> = {}) =>
  queue.park({ sender: sender(), session: first, ...changes });
const release = (record: SessionRecord) =>
  queue.release(
    () => record,
    async () => living,
  );

/** Parks, and tells how it went. */
function watch(changes: Partial<ParkedRequest> = {}) {
  const watched = { outcome: 'waiting' };
  park(changes).then(
    ({ accessToken }) => {
      watched.outcome = accessToken;
    },
    (error: SessionKeeperError | DOMException) => {
      watched.outcome = error instanceof SessionKeeperError ? error.code : error.name;
    },
  );
  return watched;
}

describe('parked requests', () => {
  it('are released in the order of their arrival', async () => {
    const released: string[] = [];
    const all = ['a', 'b', 'c'].map((name) => park().then(() => released.push(name)));
    expect(queue.size).toBe(3);
    await release(first);
    await Promise.all(all);
    expect(released).toEqual(['a', 'b', 'c']);
    expect(queue.size).toBe(0);
  });

  it('get the credential that released them', async () => {
    const parked = park();
    await release(second);
    await expect(parked).resolves.toBe(second);
  });

  it('wait for a later credential than the one that was refused', async () => {
    const refused = park({ after: first });
    const fresh = park();
    await release(first);
    await expect(fresh).resolves.toBe(first);
    expect(queue.size).toBe(1);
    await release(second);
    await expect(refused).resolves.toBe(second);
  });

  it('are all answered with the error when the session is over', async () => {
    const all = [park(), park({ after: first })];
    queue.fail(new SessionKeeperError('session_ended', 'over'));
    for (const parked of all) await expect(parked).rejects.toMatchObject({ code: 'session_ended' });
    expect(queue.size).toBe(0);
  });

  it('are no more than the bound; the next is refused at once and those before it stay', async () => {
    const parked = [park(), park(), park()];
    await expect(park()).rejects.toMatchObject({ code: 'queue_full', retryable: true });
    await release(first);
    await expect(Promise.all(parked)).resolves.toEqual([first, first, first]);
    void park();
    expect(queue.size).toBe(1);
  });

  it('are counted aloud with each change, and only then', async () => {
    void park();
    expect(onSize).toHaveBeenCalledTimes(1);
    await release(first);
    expect(onSize).toHaveBeenCalledTimes(2);
    await release(first);
    expect(onSize).toHaveBeenCalledTimes(2);
  });

  it('go before one that comes while they are about to go', async () => {
    let answer: (clients: ReadonlySet<string>) => void = () => undefined;
    const released: string[] = [];
    const early = park().then(() => released.push('early'));
    expect(queue.isReleasing).toBe(false);
    const releasing = queue.release(
      () => first,
      () => new Promise((resolve) => (answer = resolve)),
    );
    expect(queue.isReleasing).toBe(true);
    const late = park().then(() => released.push('late'));
    answer(living);
    await Promise.all([releasing, early, late]);
    expect(released).toEqual(['early', 'late']);
    expect(queue.isReleasing).toBe(false);
  });
});

describe('a request that nobody waits for', () => {
  it('leaves the queue at once when the page gives it up', async () => {
    const controller = new AbortController();
    const [given, kept] = [watch({ sender: sender(['tab-1'], controller) }), watch()];
    controller.abort();
    expect(queue.size).toBe(1);
    await release(first);
    expect([given.outcome, kept.outcome]).toEqual(['AbortError', 'access-1']);
  });

  it('is not even parked when the page gave it up before', async () => {
    await expect(park({ sender: { pages: [], signal: AbortSignal.abort('gone') } })).rejects.toBe('gone');
    expect(queue.size).toBe(0);
  });

  it('is dropped when its tab is gone, and those of other tabs go', async () => {
    const watched = [['tab-1', 'tab-2'], ['tab-2'], []].map((ids) => watch({ sender: sender(ids) }));
    living.delete('tab-1');
    await release(first);
    // A navigation may have come from either tab, or have none yet.
    expect(watched.map(({ outcome }) => outcome)).toEqual(['AbortError', 'access-1', 'access-1']);
  });
});

describe('the bodies of parked requests', () => {
  it('are refused with queue_bytes_full when they are too large together', async () => {
    const fitting = [watch({ bodyBytes: 60 }), watch({ bodyBytes: 40 })];
    await expect(park({ bodyBytes: 1 })).rejects.toMatchObject({ code: 'queue_bytes_full', retryable: true });
    expect(fitting.map(({ outcome }) => outcome)).toEqual(['waiting', 'waiting']);
    expect(queue.size).toBe(2);
  });

  it('do not keep a request without one from waiting', () => {
    watch({ bodyBytes: 100 });
    expect(watch().outcome).toBe('waiting');
    expect(queue.size).toBe(2);
  });

  it('may be larger than the limit, one alone: it could never be sent otherwise', async () => {
    const large = watch({ bodyBytes: 1000 });
    await expect(park({ bodyBytes: 1 })).rejects.toMatchObject({ code: 'queue_bytes_full' });
    await release(first);
    expect(large.outcome).toBe('access-1');
  });

  it.each([
    ['sent', () => release(first)],
    ['given up', async () => queue.fail(new SessionKeeperError('session_ended', 'over'))],
    ['timed out', () => time.pass(120_000)],
  ] as const)('make room when they are %s', async (_, settle) => {
    watch({ bodyBytes: 100 });
    await settle();
    watch({ bodyBytes: 100 });
    expect(queue.size).toBe(1);
  });

  it('make room when their page gives them up', () => {
    const controller = new AbortController();
    watch({ bodyBytes: 100, sender: sender(['tab-1'], controller) });
    controller.abort();
    watch({ bodyBytes: 100 });
    expect(queue.size).toBe(1);
  });

  it('count as soon as their size is known', async () => {
    const known = watch({ bodyBytes: 60 });
    const fitting = watch({ measured: Promise.resolve(40) });
    const tooLarge = watch({ measured: Promise.resolve(41) });
    await turn();
    expect([known, fitting, tooLarge].map(({ outcome }) => outcome)).toEqual([
      'waiting',
      'waiting',
      'queue_bytes_full',
    ]);
  });

  it('do not count when their size is known too late', async () => {
    const measured = new Promise<number>((resolve) => setImmediate(() => resolve(100)));
    watch({ measured });
    await release(first);
    await turn();
    watch({ bodyBytes: 50 });
    expect(watch({ bodyBytes: 50 }).outcome).toBe('waiting');
    expect(queue.size).toBe(2);
  });
});

describe('a request that waits for a renewal which is only due', () => {
  it('goes with the credential that there is, once the renewal failed', async () => {
    let isOver = false;
    const watched = watch({ after: first, settles: () => isOver });
    await release(first);
    expect(watched.outcome).toBe('waiting');
    isOver = true;
    await release(first);
    expect(watched.outcome).toBe('access-1');
  });
});

describe('a release', () => {
  it('is not kept from happening by tabs that are not known', async () => {
    const watched = watch();
    await queue.release(
      () => first,
      () => Promise.reject(new Error('no clients')),
    );
    expect(watched.outcome).toBe('access-1');
    expect(queue.isReleasing).toBe(false);
  });

  it('uses the credential of the moment when the tabs are known', async () => {
    const watched = watch();
    let current = first;
    const releasing = queue.release(
      () => current,
      async () => living,
    );
    current = second;
    await releasing;
    expect(watched.outcome).toBe('access-2');
  });

  it('without a credential by then lets everything wait on, and asks for another one', async () => {
    const watched = watch();
    const renew = vi.fn();
    await queue.release(
      () => undefined,
      async () => living,
      renew,
    );
    expect(renew).toHaveBeenCalledOnce();
    expect(watched.outcome).toBe('waiting');
    expect(queue.size).toBe(1);
    expect(queue.isReleasing).toBe(false);
  });

  it('that a sign-out overtook does not touch the requests of the next person', async () => {
    let answer: (clients: ReadonlySet<string>) => void = () => undefined;
    let current: SessionRecord | undefined = first;
    void watch();
    const releasing = queue.release(
      () => current,
      () => new Promise((resolve) => (answer = resolve)),
    );
    current = undefined;
    queue.fail(new SessionKeeperError('signed_out', 'over'));
    const next = watch({ session: sessionRecord({ attempt: 'second', subject: 'grace' }) });
    answer(living);
    await releasing;
    expect(next.outcome).toBe('waiting');
  });

  it('is under way as long as one of several is', async () => {
    const answers: ((clients: ReadonlySet<string>) => void)[] = [];
    void watch({ after: first });
    const start = () =>
      queue.release(
        () => first,
        () => new Promise((resolve) => answers.push(resolve)),
      );
    const both = [start(), start()];
    answers[0]?.(living);
    await both[0];
    expect(queue.isReleasing).toBe(true);
    answers[1]?.(living);
    await both[1];
    expect(queue.isReleasing).toBe(false);
  });
});

describe("another person's session", () => {
  const grace = sessionRecord({ attempt: 'second', subject: 'grace', accessToken: 'access-g' });

  it('never serves a request of the session before', async () => {
    const watched = [watch(), watch({ after: first })];
    await release(grace);
    expect(watched.map(({ outcome }) => outcome)).toEqual(['subject_changed', 'subject_changed']);
  });

  it('serves its own', async () => {
    const watched = watch({ session: grace });
    await release(grace);
    expect(watched.outcome).toBe('access-g');
  });

  it('may be any other sign-in when nobody knows whose session it was', async () => {
    const nobody = sessionRecord({ subject: undefined });
    const watched = watch({ session: nobody });
    await release(sessionRecord({ attempt: 'second', subject: undefined }));
    expect(watched.outcome).toBe('subject_changed');
    const own = watch({ session: nobody });
    await release({ ...nobody, generation: 2, accessToken: 'access-2' });
    expect(own.outcome).toBe('access-2');
  });

  it('is not a new sign-in of the same one', async () => {
    const watched = watch({ after: second });
    await release(sessionRecord({ attempt: 'second', accessToken: 'access-again' }));
    expect(watched.outcome).toBe('access-again');
  });
});

describe('the deadline of a parked request', () => {
  it('answers it with queue_timeout', async () => {
    const watched = watch();
    await time.pass(119_999);
    expect(watched.outcome).toBe('waiting');
    await time.pass(1);
    expect(watched.outcome).toBe('queue_timeout');
    expect(queue.size).toBe(0);
  });

  it('may be tried again after', async () => {
    const parked = expect(park()).rejects.toMatchObject({ code: 'queue_timeout', retryable: true });
    await time.pass(120_000);
    await parked;
  });

  it('is its own: a later request waits on', async () => {
    const early = watch();
    await time.pass(50_000);
    const late = watch();
    await time.pass(70_000);
    expect([early.outcome, late.outcome]).toEqual(['queue_timeout', 'waiting']);
    await time.pass(50_000);
    expect(late.outcome).toBe('queue_timeout');
  });

  it('does not touch what was released before it', async () => {
    const early = watch();
    await time.pass(100_000);
    await release(first);
    const late = watch();
    await time.pass(119_999);
    expect([early.outcome, late.outcome]).toEqual(['access-1', 'waiting']);
    await time.pass(1);
    expect(late.outcome).toBe('queue_timeout');
  });

  it('is not put off when the clock is set back', async () => {
    const early = watch();
    time.setClock(-3600_000);
    const late = watch();
    await time.pass(120_000);
    expect([early.outcome, late.outcome]).toEqual(['queue_timeout', 'queue_timeout']);
  });

  it('leaves no timer behind', async () => {
    watch();
    await time.pass(120_000);
    expect(time.pendingTimers).toBe(0);
  });
});

describe('a credential is later than another', () => {
  it.each([
    ['with a later generation', second, first, true],
    ['not with the same generation', first, first, false],
    ['not with an earlier generation', first, second, false],
    ['with another sign-in, whatever the generation', sessionRecord({ attempt: 'next' }), second, true],
  ])('%s', (_, record, than, expected) => {
    expect(isLater(record, than)).toBe(expected);
  });
});
