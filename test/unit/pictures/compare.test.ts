import { describe, expect, test } from 'vitest';
import { compare, differencePicture } from '../../support/pictures/compare.js';
import type { Picture } from '../../support/pictures/png.js';

type Colour = readonly [red: number, green: number, blue: number];
const PAPER: Colour = [255, 255, 255];
const INK: Colour = [86, 101, 108];
const LINE: Colour = [217, 223, 223];

/** A page of 64 × 32 pixels whose colour at each place is this; what lies between two pixels is the mean of both. */
function page(at: (x: number, y: number) => Colour): Picture {
  const [width, height] = [64, 32];
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const quarters = [0.25, 0.75].flatMap((dx) => [0.25, 0.75].map((dy) => at(x + dx, y + dy)));
      for (const channel of [0, 1, 2])
        rgb[(y * width + x) * 3 + channel] =
          quarters.reduce((sum, quarter) => sum + (quarter[channel] ?? 0), 0) / 4;
    }
  return { width, height, rgb };
}

const isWithin = (value: number, from: number, to: number) => value >= from && value < to;
/** A word of this length, at this height. */
const word = ({ left = 9, right = 50, top = 10, colour = INK }) =>
  page((x, y) => (isWithin(x, left, right) && isWithin(y, top, top + 10) ? colour : PAPER));
const ruled = (at: number | undefined) =>
  page((_, y) => (at !== undefined && isWithin(y, at, at + 1) ? LINE : PAPER));

const differs = (one: Picture, other: Picture) => compare(one, other).length > 0;

describe('what is not told', () => {
  test('nothing', () => {
    expect(compare(word({}), word({}))).toEqual([]);
  });

  test('an edge that is smoothed by half a pixel', () => {
    expect(compare(word({}), word({ top: 10.5 }))).toEqual([]);
    expect(compare(word({}), word({ right: 50.5 }))).toEqual([]);
  });

  test('a colour that is rounded', () => {
    expect(compare(word({}), word({ colour: [87, 100, 109] }))).toEqual([]);
  });
});

describe('what is told', () => {
  test.each<[string, Parameters<typeof word>[0]]>([
    ['a word that is a pixel lower', { top: 11 }],
    ['a word that is a pixel longer', { right: 51 }],
    ['a word that begins a pixel later', { left: 10 }],
    ['a word in a colour a shade lighter', { colour: [92, 107, 114] }],
  ])('%s', (_, changes) => {
    expect(differs(word({}), word(changes))).toBe(true);
  });

  test('a faint line of one pixel that is missing, or new', () => {
    expect(differs(ruled(9), ruled(undefined))).toBe(true);
    expect(differs(ruled(undefined), ruled(9))).toBe(true);
  });

  test('a ground that is a little darker', () => {
    expect(
      differs(
        ruled(undefined),
        page(() => [253, 253, 252]),
      ),
    ).toBe(true);
  });
});

test('a difference is told with its place and both colours, and marked in the picture', () => {
  const dotted = page((x, y) => (isWithin(x, 8, 12) && isWithin(y, 4, 8) ? INK : PAPER));
  const differences = compare(ruled(undefined), dotted);
  expect(differences).toEqual([{ x: 8, y: 4, expected: '#ffffff', received: '#56656c' }]);

  const { width, rgb } = differencePicture(dotted, differences);
  const at = (x: number, y: number) => [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
  expect(at(8, 4)).toEqual([214, 0, 0]);
  expect(at(11, 7)).toEqual([214, 0, 0]);
  expect(at(12, 7)).toEqual([254, 254, 254]);
});
