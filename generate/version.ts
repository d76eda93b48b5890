import { readFileSync } from 'node:fs';

/** `src/shared/version.ts`. */
export function versionSource(): string {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  return [
    '// Made by `npm run generate` from package.json.',
    '',
    '/** Of this package, as it was built. */',
    `export const VERSION = '${version}';`,
    '',
  ].join('\n');
}
