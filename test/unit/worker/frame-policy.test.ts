import { describe, expect, it } from 'vitest';
import { admitsFrame } from '../../../src/worker/frame-policy.js';

const SELF = 'https://orders.example.com';
const ISSUER = new URL('https://id.example.com/authorize');
const CALLBACK = new URL(`${SELF}/session/callback`);

describe('whether a policy lets a page frame a URL', () => {
  it.each([
    ['no policy', '', true],
    ['a policy without a word on frames', "script-src 'self'; object-src 'none'", true],
    ['frame-src', "default-src 'none'; frame-src https://id.example.com", true],
    ['child-src where there is no frame-src', "default-src 'none'; child-src https://id.example.com", true],
    ['default-src where there is neither', 'default-src https://id.example.com', true],
    ['a scheme', 'frame-src https:', true],
    ['anything', 'frame-src *', true],
    ['any subdomain', 'frame-src https://*.example.com', true],
    ['a host without a scheme', 'frame-src id.example.com', true],
    ['a port', 'frame-src https://id.example.com:443', true],
    ['any port', 'frame-src https://id.example.com:*', true],
    ['a folder', 'frame-src https://id.example.com/', true],
    ['the path', 'frame-src https://id.example.com/authorize', true],
    ['capital letters', 'Frame-Src HTTPS://ID.example.com', true],
    ['nothing', "frame-src 'none'", false],
    ['an empty list', 'frame-src', false],
    ['frame-src before default-src', "default-src *; frame-src 'none'", false],
    ['the first of two directives of a name', "frame-src 'none'; frame-src *", false],
    ['another host', 'frame-src https://example.com https://id.example.com.evil.example', false],
    ['no subdomain of its own', 'frame-src https://*.id.example.com', false],
    ['another scheme', 'frame-src http://id.example.com', false],
    ['another port', 'frame-src https://id.example.com:8443', false],
    ['another path', 'frame-src https://id.example.com/other', false],
    ['the page itself', "frame-src 'self'", false],
    ['two policies that do not agree', "frame-src https:, frame-src 'none'", false],
    ['two policies that agree', 'frame-src https:, frame-src https://id.example.com', true],
  ])('%s', (_, policy, expected) => {
    expect(admitsFrame(policy, ISSUER, SELF)).toBe(expected);
  });

  it.each([
    ["frame-src 'self'", true],
    [`frame-src ${SELF}/session/callback`, true],
    [`frame-src ${SELF}/session/other`, false],
    ['frame-src https://id.example.com', false],
  ])('the redirect path under %s: %s', (policy, expected) => {
    expect(admitsFrame(policy, CALLBACK, SELF)).toBe(expected);
  });
});
