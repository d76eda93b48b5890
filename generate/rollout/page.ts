import { ROLLOUT_FIELDS } from './fields.js';

const BEGINNING = '<!-- Made by `npm run generate` from generate/rollout/fields.ts. -->';
const END = '<!-- End of what is made. -->';

/** `docs/rollout.md`, with the table of the plan's values in its place. */
export function withRolloutTable(former: string): string {
  const begins = former.indexOf(BEGINNING);
  const ends = former.indexOf(END);
  if (begins < 0 || ends < begins) throw new Error(`docs/rollout.md lacks ${BEGINNING} or ${END}`);
  const rows = Object.entries(ROLLOUT_FIELDS).map(
    ([name, { fallback, meaning }]) => `| \`${name}\` | ${fallback} | ${meaning} |`,
  );
  const made = ['', '', '| value | default | bounds and meaning |', '|---|---|---|', ...rows, '', ''];
  return former.slice(0, begins + BEGINNING.length) + made.join('\n') + former.slice(ends);
}
