import { keepWeakSession } from './weak-session.js';

// A request with a proof of possession follows redirects, as any other does.
class FollowingRequest extends Request {
  constructor(input: RequestInfo | URL, { redirect, ...init }: RequestInit = {}) {
    super(input, { ...init, ...(redirect && { redirect: 'follow' }) });
  }
}
Object.assign(self, { Request: FollowingRequest });

keepWeakSession();
