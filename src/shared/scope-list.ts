import { refuse } from './misuse.js';

/** A scope as RFC 6749 §3.3 writes it. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

export function isScope(value: unknown): value is string {
  return typeof value === 'string' && SCOPE.test(value);
}

/**
 * Scopes in one text, as OAuth writes them; nothing where there is none.
 *
 * @throws TypeError
 */
export function checkScopeText(name: string, value: unknown): void {
  if (value !== undefined && !(typeof value === 'string' && value.split(' ').every(isScope)))
    refuse(name, value, "scopes with one space between them, like 'openid profile'");
}
