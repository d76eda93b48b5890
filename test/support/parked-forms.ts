import type { System } from '../../demo/system.js';
import type { Tab } from './engines/engine.js';

/** Sends an order from the page by a form, as a click on its button does: the answer is to be the next page in the target. */
export async function submitOrder(tab: Tab, id: string, target = '_self'): Promise<void> {
  await tab.evaluate(
    ({ id, target }) => {
      const { document } = (Reflect.get(globalThis, 'child') as Window | undefined) ?? globalThis;
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', action: '/api/orders-form', target });
      for (const [name, value] of Object.entries({ id, product: 'lantern', quantity: '1' })) {
        form.append(Object.assign(document.createElement('input'), { name, value }));
      }
      document.body.append(form);
      // Later: while a page is being left, not every driver tells that its script is done.
      setTimeout(() => form.submit());
    },
    { id, target },
  );
}

/** The orders that reached the API by a form, with a credential or without one. */
export function ordersByForm({ api }: System): number {
  return api.stats().requests.filter(({ path }) => path === '/v1/orders-form').length;
}
