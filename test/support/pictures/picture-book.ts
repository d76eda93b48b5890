import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { compare, differencePicture } from './compare.js';
import { type Picture, readPng, writePng } from './png.js';
import type { Look } from './steady-looks.js';

const PICTURES = fileURLToPath(new URL('../../browser/pictures/', import.meta.url));

/** The pictures of one thing in all its states, as they are kept beside the tests. `npm run pictures` makes them anew. */
export class PictureBook {
  readonly #folder: string;
  readonly #made = new Set<string>();

  constructor(folder: string) {
    this.#folder = PICTURES + folder;
  }

  /** Compares with the picture of that state. What differs is marked in one that is left in `test-results`. */
  async expect(of: Page | Locator, state: string, look: Look, { fullPage = false } = {}): Promise<void> {
    const name = `${state.replaceAll(/\W+/g, '-')}-${look.name}`;
    const path = `${this.#folder}/${name}.png`;
    this.#made.add(`${name}.png`);
    const received = readPng(await of.screenshot({ animations: 'allow', ...(fullPage && { fullPage }) }));
    const faults = existsSync(path)
      ? await tellDifferences(name, readPng(readFileSync(path)), received)
      : ['there is none yet: `npm run pictures` makes it'];
    if (faults.length > 0 && isRemaking()) {
      mkdirSync(this.#folder, { recursive: true });
      writeFileSync(path, writePng(received));
    } else expect.soft(faults, `the picture ${name}`).toEqual([]);
  }

  /** No state that has a picture is gone. */
  expectNoOthers(): void {
    const others = readdirSync(this.#folder).filter((each) => !this.#made.has(each));
    if (isRemaking()) for (const each of others) rmSync(`${this.#folder}/${each}`);
    else expect.soft(others, 'pictures of nothing').toEqual([]);
  }
}

/** Playwright's own switch, `--update-snapshots`, is for these too. */
const isRemaking = () => ['all', 'changed'].includes(test.info().config.updateSnapshots);

async function tellDifferences(name: string, expected: Picture, received: Picture): Promise<string[]> {
  const sizes = [expected, received].map(({ width, height }) => `${width} × ${height}`);
  if (sizes[0] !== sizes[1]) {
    await keep(`${name}-received`, received);
    return [`its size was ${sizes[0]} and is ${sizes[1]}`];
  }
  const differences = compare(expected, received);
  if (differences.length === 0) return [];
  await keep(`${name}-received`, received);
  await keep(`${name}-difference`, differencePicture(received, differences));
  const first = differences
    .slice(0, 5)
    .map(({ x, y, ...colours }) => `at ${x}, ${y}: was ${colours.expected}, is ${colours.received}`);
  return [`${differences.length} places differ`, ...first];
}

async function keep(name: string, picture: Picture): Promise<void> {
  const info = test.info();
  const path = info.outputPath(`${name}.png`);
  writeFileSync(path, writePng(picture));
  await info.attach(name, { path, contentType: 'image/png' });
}
