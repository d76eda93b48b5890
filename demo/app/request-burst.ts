import { element, write } from './elements.js';
import { serverTime } from './orders-api.js';

const REQUESTS = 20;

/** "Send 20 requests": all at once, then says how many were answered. */
export function wireRequestBurst(): void {
  const result = element('burst-result', HTMLParagraphElement);
  element('burst', HTMLButtonElement).addEventListener('click', async () => {
    write(result, `${REQUESTS} requests under way…`);
    const start = performance.now();
    const answers = await Promise.allSettled(Array.from({ length: REQUESTS }, serverTime));
    const answered = answers.filter(({ status }) => status === 'fulfilled').length;
    const took = Math.round(performance.now() - start);
    write(result, `${answered} of ${REQUESTS} answered in ${took} ms, ${REQUESTS - answered} failed.`);
  });
}
