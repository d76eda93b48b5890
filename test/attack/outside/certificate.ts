import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

const SEQUENCE = 0x30;
const SET = 0x31;
const DAY_MS = 24 * 3600_000;

/** A self-signed certificate for localhost (RFC 5280), made anew for each run, so that no key lies in the repository. */
export function localhostCertificate(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const tbs = der(SEQUENCE, [
    der(0xa0, [der(0x02, [Buffer.from([2])])]),
    der(0x02, [Buffer.from(String(Date.now()))]),
    ECDSA_SHA256,
    NAME,
    der(SEQUENCE, [time(Date.now() - DAY_MS), time(Date.now() + 30 * DAY_MS)]),
    NAME,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, [
      der(SEQUENCE, [der(SEQUENCE, [oid('551d11'), der(0x04, [der(SEQUENCE, [der(0x82, [LOCALHOST])])])])]),
    ]),
  ]);
  const signature = der(0x03, [Buffer.from([0]), signed(tbs, privateKey)]);
  const certificate = der(SEQUENCE, [tbs, ECDSA_SHA256, signature]).toString('base64');
  const lines = certificate.match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
}

const LOCALHOST = Buffer.from('localhost');
const ECDSA_SHA256 = der(SEQUENCE, [oid('2a8648ce3d040302')]);
const NAME = der(SEQUENCE, [der(SET, [der(SEQUENCE, [oid('550403'), der(0x0c, [LOCALHOST])])])]);

function der(tag: number, content: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), bytes]);
}

function oid(hex: string): Buffer {
  return der(0x06, [Buffer.from(hex, 'hex')]);
}

function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return der(0x17, [Buffer.from(`${text}Z`)]);
}

function signed(data: Buffer, key: KeyObject): Buffer {
  return sign('sha256', data, key);
}
