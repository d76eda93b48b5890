import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, test, vi } from 'vitest';
import { useSession, useSessionStatus } from '../../../src/react.js';
import { forgetSession, PageSession, stubPage } from './page-session.js';

afterEach(() => {
  forgetSession();
  vi.unstubAllGlobals();
});

function Whole() {
  const { status, signIn, signOut, renew } = useSession();
  return [typeof status, typeof signIn, typeof signOut, typeof renew].join(' ');
}

function Part() {
  return useSessionStatus((status) => status?.phase ?? 'not ready');
}

test('a server renders a session that is not ready, without anything of a page', () => {
  expect(renderToString(createElement(Whole))).toBe('undefined function function function');
  expect(renderToString(createElement(Part))).toBe('not ready');
});

test('what is left on a server’s global object is nobody’s session', () => {
  stubPage();
  new PageSession().announce();
  expect(renderToString(createElement(Whole))).toBe('undefined function function function');
  expect(renderToString(createElement(Part))).toBe('not ready');
});
