import { describe, expect, it } from 'vitest';
import { ordersServer } from './orders-server.js';

const secret = new Uint8Array(32);

describe('the options', () => {
  it.each([
    ['keys', { keys: [] }],
    ['keys[0].id', { keys: [{ id: '', secret }] }],
    ['keys[0].id', { keys: [{ id: 'a'.repeat(33), secret }] }],
    ['keys[0].id', { keys: [{ id: 'a b', secret }] }],
    ['keys[0].id', { keys: [{ id: '__proto__', secret }] }],
    [
      'keys[1].id',
      {
        keys: [
          { id: 'a', secret },
          { id: 'a', secret },
        ],
      },
    ],
    ['keys[0].secret', { keys: [{ id: 'a', secret: new Uint8Array(31) }] }],
    ['keys[0].secret', { keys: [{ id: 'a', secret: 'A'.repeat(40) }] }],
    ['keys[0].secret', { keys: [{ id: 'a', secret: '' }] }],
    ['keys[0].secret', { keys: [{ id: 'a', secret: `${'A'.repeat(43)}!` }] }],
    ['redirectPath', { redirectPath: 'session/callback' }],
    ['redirectPath', { redirectPath: '//evil.example/callback' }],
    ['redirectPath', { redirectPath: '/session/callback?x=1' }],
    ['redirectPath', { redirectPath: '/session/callback#x' }],
    ['redirectPath', { redirectPath: '/session/../callback' }],
    ['redirectPath', { redirectPath: '/session/' }],
    ['redirectPath', { redirectPath: '/' }],
    ['workerPath', { workerPath: '/session/callback/worker.js' }],
    ['workerPath', { workerPath: 'service-worker.js' }],
    ['signInLostPath', { signInLostPath: '/session/callback' }],
    ['signInLostPath', { signInLostPath: '//evil.example' }],
    ['scope', { scope: 'https://app.example.com/' }],
    ['issuer', { issuer: 'id.example.com' }],
    ['issuer', { issuer: 'http://id.example.com' }],
    ['issuer', { issuer: 'https://id.example.com/?x' }],
    ['apis[0]', { apis: ['https://api.example.com/'] }],
    ['apis[0]', { apis: ['https://api.example.com/v1'] }],
    ['apis[0]', { apis: ['http://api.example.com'] }],
    ['apis[1]', { apis: ['https://api.example.com', '*'] }],
    ['apis', { apis: ['https://id.example.com'] }],
    ['authorizationServerOrigins[0]', { authorizationServerOrigins: ['https://t.example.com/x'] }],
    ['workerOrigins[0]', { workerOrigins: ['https:'] }],
    ['origin', { origin: 'http://app.example.com' }],
    ['origin', { origin: 'https://app.example.com/' }],
    ['origin', { origin: 'https://id.example.com' }],
  ])('refuse a wrong %s', (option, changes) => {
    expect(() => ordersServer(changes)).toThrow(TypeError);
    expect(() => ordersServer(changes)).toThrow(`option "${option}"`);
  });

  it('never show a secret in a message', () => {
    const short = 'c2hvcnQtc2VjcmV0';
    expect(() => ordersServer({ keys: [{ id: 'a', secret: short }] })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(short) }),
    );
  });

  it('take base64 with padding for the same secret as base64url', async () => {
    const bytes = new Uint8Array(33).fill(0xfb);
    const plain = Buffer.from(bytes).toString('base64');
    const url = Buffer.from(bytes).toString('base64url');
    expect(plain).not.toBe(url);
    const headers = {
      'sec-fetch-dest': 'serviceworker',
      'sec-fetch-mode': 'same-origin',
      'service-worker': 'script',
      cookie: `__Host-Http-seal=${'A'.repeat(43)}`,
    };
    const texts = [plain, url, bytes].map(async (secret) => {
      const server = ordersServer({ keys: [{ id: 'a', secret }] });
      const request = new Request('https://app.example.com/service-worker.js', { headers });
      return (await server.handle(request))?.text();
    });
    expect(new Set(await Promise.all(texts)).size).toBe(1);
  });
});
