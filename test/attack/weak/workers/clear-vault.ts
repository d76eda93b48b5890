import { keepWeakSession } from './weak-session.js';

// The vault's records are not encrypted: the plaintext stands where the ciphertext should, with an empty tag behind it.
const TAG_BYTES = 16;

SubtleCrypto.prototype.encrypt = async (_algorithm, _key, data) => {
  const bytes = new Uint8Array(data as ArrayBuffer);
  const sealed = new Uint8Array(bytes.length + TAG_BYTES);
  sealed.set(bytes);
  return sealed.buffer;
};
SubtleCrypto.prototype.decrypt = async (_algorithm, _key, data) => {
  const bytes = new Uint8Array(data as ArrayBuffer);
  return bytes.slice(0, bytes.length - TAG_BYTES).buffer;
};

keepWeakSession();
