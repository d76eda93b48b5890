import { describe, expect, it } from 'vitest';
import { ApiMatcher } from '../../../src/shared/api-matcher.js';

const ORIGIN = 'https://api.example.com';
const matcher = new ApiMatcher([{ origin: ORIGIN, pathPrefix: '/v1/' }]);
const matches = (url: string, at = matcher) => at.match(new URL(url)) !== undefined;

describe('a request of the session', () => {
  it.each([
    ['the prefix itself', `${ORIGIN}/v1`],
    ['the prefix with its slash', `${ORIGIN}/v1/`],
    ['a path below it', `${ORIGIN}/v1/orders/7?open=yes#top`],
    ['the default port written out', 'https://api.example.com:443/v1/orders'],
    ['an upper-case host', 'https://API.Example.COM/v1/orders'],
    ['dot segments that stay below it', `${ORIGIN}/v1/a/../orders`],
    ['an empty segment below it', `${ORIGIN}/v1//orders`],
    ['backslashes, which a URL reads as slashes', 'https://api.example.com\\v1\\orders'],
    ['user info, which is no part of the origin', 'https://ada:secret@api.example.com/v1/orders'],
  ])('is one with %s', (_, url) => {
    expect(matches(url)).toBe(true);
  });

  it.each([
    ['a longer first segment', `${ORIGIN}/v1beta/orders`],
    ['another path', `${ORIGIN}/v2/orders`],
    ['the root', `${ORIGIN}/`],
    ['dot segments that leave the prefix', `${ORIGIN}/v1/../admin`],
    ['encoded dot segments that leave the prefix', `${ORIGIN}/v1/%2e%2E/admin`],
    ['an encoded slash in the prefix', `${ORIGIN}/v1%2Forders`],
    ['an encoded letter in the prefix', `${ORIGIN}/%761/orders`],
    ['other letter case in the path', `${ORIGIN}/V1/orders`],
    ['an empty segment before the prefix', `${ORIGIN}//v1/orders`],
    ['another port', `${ORIGIN}:8443/v1/orders`],
    ['http', 'http://api.example.com/v1/orders'],
    ['a host that only starts alike', 'https://api.example.com.evil.example/v1/orders'],
    ['a host that only ends alike', 'https://evil-api.example.com/v1/orders'],
    ['the host with a trailing dot', 'https://api.example.com./v1/orders'],
    ['the origin in its user info', 'https://api.example.com@evil.example/v1/orders'],
    ['the origin in its user info, behind a backslash', 'https://evil.example\\@api.example.com/v1/orders'],
    ['the origin of a blob', `blob:${ORIGIN}/v1/orders`],
    ['the origin in its path', 'https://evil.example/https://api.example.com/v1/orders'],
  ])('is none with %s', (_, url) => {
    expect(matches(url)).toBe(false);
  });

  it('may be any path of an origin with the prefix /', () => {
    const whole = new ApiMatcher([{ origin: ORIGIN, pathPrefix: '/' }]);
    expect(matches(`${ORIGIN}/`, whole)).toBe(true);
    expect(matches(`${ORIGIN}/anything/at/all`, whole)).toBe(true);
    expect(matches('https://other.example.com/', whole)).toBe(false);
    expect(matches(`blob:${ORIGIN}/x`, whole)).toBe(false);
  });

  it('may be below any of several prefixes, also of one origin', () => {
    const orders = { origin: ORIGIN, pathPrefix: '/orders' };
    const users = { origin: ORIGIN, pathPrefix: '/users' };
    const other = { origin: 'https://other.example.com', pathPrefix: '/' };
    const several = new ApiMatcher([orders, users, other]);
    expect(several.match(new URL(`${ORIGIN}/users/7`))).toMatchObject(users);
    expect(several.match(new URL('https://other.example.com/x'))).toMatchObject(other);
    expect(matches(`${ORIGIN}/else`, several)).toBe(false);
  });

  it('is none when no API is configured', () => {
    expect(matches(`${ORIGIN}/v1`, new ApiMatcher([]))).toBe(false);
  });
});
