import { isLoopback } from '../../server/check-options.js';
import { type Check, fail, OK } from '../check.js';

export const originChecks: readonly Check[] = [
  {
    name: 'origin-secure',
    mend: 'Serve the app over https; http is for localhost only.',
    page: 'docs/server.md#https-and-localhost',
    run: async ({ url }) =>
      url.protocol === 'https:' || isLoopback(url)
        ? OK
        : fail(`${url.origin} is neither https nor this machine`),
  },
  {
    name: 'page-answers',
    mend: 'Give the doctor the URL of a page of the app.',
    page: 'docs/doctor.md',
    run: async ({ page }) =>
      page.status === 200 && (page.headers.get('content-type') ?? '').startsWith('text/html')
        ? OK
        : fail(`it answers ${page.status} with ${page.headers.get('content-type') ?? 'no Content-Type'}`),
  },
];
