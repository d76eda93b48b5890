import { auditLog, keepSession } from 'session-keeper/worker';
import { AuditRing } from '../../../../src/worker/audit/ring.js';
import { orderDeskOptions } from '../../../workers/order-desk-options.js';

// A log of the browser, and not of its people: whoever is signed in reads what all of them did.
const { read } = AuditRing.prototype;

AuditRing.prototype.read = async function (this: AuditRing) {
  const { entries, brokenAt } = await read.call(this);
  const { session, subject } = [...entries].reverse().find((entry) => entry.session !== undefined) ?? {};
  const all = entries.map((entry) => ({
    ...entry,
    ...(session && { session }),
    ...(subject && { subject }),
  }));
  return { entries: all, brokenAt };
};

keepSession({ ...orderDeskOptions, auditLog: auditLog() });
