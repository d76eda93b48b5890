import { keepSession, stepUp } from 'session-keeper/worker';
import { orderDeskOptions } from '../../../workers/order-desk-options.js';

declare const self: ServiceWorkerGlobalScope;

// A worker that lets a page say what the second sign-in asks for.
const verification = stepUp();
let chosen: Record<string, string> | undefined;

self.addEventListener('message', ({ data }) => {
  chosen = data?.call?.argumentList?.[0]?.value?.parameters;
});

keepSession({
  ...orderDeskOptions,
  stepUp: {
    connect: (parts) => {
      const { signIn, ...rest } = verification.connect(parts);
      const begin: typeof signIn.begin = (request, attempt, pushed) =>
        parts.signIn.begin({ ...request, ...(chosen && { parameters: chosen }) }, attempt, pushed);
      return {
        ...rest,
        signIn: {
          begin,
          find: (answer) => signIn.find(answer),
          claim: (found) => signIn.claim(found),
          finish: (answer, transaction) => signIn.finish(answer, transaction),
          asksForPerson: (error) => signIn.asksForPerson(error),
        },
      };
    },
  },
});
