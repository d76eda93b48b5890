/** A mark is to its secret what a code challenge is to its verifier, so the library makes it. */
export { calculatePKCECodeChallenge as markOf } from 'oauth4webapi';
