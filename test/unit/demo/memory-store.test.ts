import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../../demo/authorization-server/memory-store.js';

describe('the grace', () => {
  it('is for refresh tokens: a used authorization code is used', async () => {
    const store = new MemoryStore({ graceSeconds: 10 });
    for (const model of ['AuthorizationCode', 'RefreshToken']) {
      const adapter = store.adapter(model);
      await adapter.upsert('id', { grantId: 'grant' }, 60);
      await adapter.consume('id');
    }
    expect((await store.adapter('AuthorizationCode').find('id'))?.consumed).toBeTypeOf('number');
    expect((await store.adapter('RefreshToken').find('id'))?.consumed).toBeUndefined();
  });

  it('is none by default, and nothing counts as its use then', async () => {
    let uses = 0;
    const store = new MemoryStore({
      onGraceUse: () => {
        uses += 1;
      },
    });
    const adapter = store.adapter('RefreshToken');
    await adapter.upsert('id', { grantId: 'grant' }, 60);
    await adapter.consume('id');
    expect((await adapter.find('id'))?.consumed).toBeTypeOf('number');
    await adapter.consume('id');
    expect(uses).toBe(0);
  });
});

describe('taking back', () => {
  it('of the latest grant leaves the person’s other devices, and other people, what they have', async () => {
    const store = new MemoryStore();
    for (const [id, accountId] of [
      ['laptop', 'ada'],
      ['phone', 'ada'],
      ['desk', 'grace'],
    ] as const) {
      await store.adapter('Grant').upsert(id, { jti: id, accountId }, 60);
      await store.adapter('RefreshToken').upsert(`of-${id}`, { grantId: id, accountId }, 60);
    }
    expect(store.revokeLatest('ada')).toBe(1);
    expect(['laptop', 'phone', 'desk'].map((id) => store.refreshTokenIsActive(`of-${id}`))).toEqual([
      true,
      false,
      true,
    ]);
    expect(store.revokeAll('ada')).toBe(1);
    expect(store.revokeLatest('ada')).toBe(0);
  });
});
