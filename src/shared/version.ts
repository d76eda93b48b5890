// Made by `npm run generate` from package.json.

/** Of this package, as it was built. */
export const VERSION = '0.1.0';
