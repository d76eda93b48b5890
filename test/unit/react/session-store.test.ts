import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { subscribe, whenReady } from '../../../src/react/session-store.js';
import { forgetSession, PageSession, stubPage } from './page-session.js';

beforeEach(stubPage);
afterEach(() => {
  forgetSession();
  vi.unstubAllGlobals();
});

test('who subscribes before the session is there is called when it comes, and after each change', () => {
  const onChange = vi.fn();
  subscribe(onChange);
  expect(onChange).not.toHaveBeenCalled();
  const session = new PageSession();
  session.announce();
  expect(onChange).toHaveBeenCalledTimes(1);
  session.change(1);
  expect(onChange).toHaveBeenCalledTimes(2);
});

test('a page that registers again is followed in its new session, and no longer in the old one', () => {
  const onChange = vi.fn();
  const [former, newer] = [new PageSession(), new PageSession()];
  former.announce();
  subscribe(onChange);
  newer.announce();
  onChange.mockClear();
  newer.change(1);
  expect(onChange).toHaveBeenCalledTimes(1);
  expect(former.listeners.size).toBe(0);
});

test('who stops is not called again, neither by the session nor by one that comes later', () => {
  const onChange = vi.fn();
  const session = new PageSession();
  session.announce();
  subscribe(onChange)();
  onChange.mockClear();
  session.change(1);
  new PageSession().announce();
  expect(onChange).not.toHaveBeenCalled();
  expect(session.listeners.size).toBe(0);
});

test('a command is given at once where there is a session, within the gesture that it came from', () => {
  const session = new PageSession();
  session.announce();
  void whenReady((given) => given.signIn());
  expect(session.signIn).toHaveBeenCalledTimes(1);
});

test('a command that comes before the session waits for it, and has its outcome', async () => {
  const session = new PageSession();
  const waiting = whenReady((given) => given.signIn());
  session.announce();
  expect(await waiting).toBe(session.status);
  session.signIn.mockRejectedValueOnce(new Error('refused'));
  await expect(whenReady((given) => given.signIn())).rejects.toThrow('refused');
  expect(session.signIn).toHaveBeenCalledTimes(2);
});
