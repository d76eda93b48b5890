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
