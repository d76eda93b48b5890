import { decode } from '../../shared/jwe.js';

/** Whether a JWS is a proof of possession (RFC 9449 §4.2). */
export function isProof(jws: string): boolean {
  const [header = ''] = jws.split('.');
  try {
    return JSON.parse(new TextDecoder().decode(decode(header))).typ === 'dpop+jwt';
  } catch {
    return false;
  }
}
