import type { Picture } from './png.js';

/** Pixels of a block's side. */
const SIDE = 4;
/** How much a block's mean may differ in a channel of 0 to 255: what colours are rounded by. */
const ROUNDING = 1;
/**
 * And by this part of the contrast that there is, up to a pixel around the block. An edge right through it that is smoothed in another way, by
 * half a pixel, makes 1/8, and a corner that is not smoothed at all a little more; an edge that was moved by a pixel, or a line of a pixel that is
 * missing, makes 1/4.
 */
const SMOOTHING = 0.2;

/** A square of the pictures that is not the same in both. */
export interface Difference {
  readonly x: number;
  readonly y: number;
  readonly expected: string;
  readonly received: string;
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

type Channels = readonly [red: number, green: number, blue: number];
const CHANNELS = [0, 1, 2] as const;

/**
 * Compares two pictures of one size by the means of their blocks. What differs between machines, the smoothing of edges, is not told; a
 * colour, a place, a length that differs is.
 */
export function compare(expected: Picture, received: Picture): readonly Difference[] {
  const differences: Difference[] = [];
  for (let y = 0; y < expected.height; y += SIDE)
    for (let x = 0; x < expected.width; x += SIDE) {
      const block = around(expected, x, y, 0);
      const means = [meansOf(expected, block), meansOf(received, block)] as const;
      const steps = CHANNELS.map((channel) => Math.abs(means[0][channel] - means[1][channel]));
      if (Math.max(...steps) <= ROUNDING) continue;
      const surroundings = around(expected, x, y, 1);
      if (
        CHANNELS.some((channel) => (steps[channel] ?? 0) > allowed(expected, received, surroundings, channel))
      )
        differences.push({ x, y, expected: colour(means[0]), received: colour(means[1]) });
    }
  return differences;
}

const around = ({ width, height }: Picture, x: number, y: number, margin: number): Area => ({
  left: Math.max(0, x - margin),
  top: Math.max(0, y - margin),
  right: Math.min(width, x + SIDE + margin),
  bottom: Math.min(height, y + SIDE + margin),
});

function meansOf({ width, rgb }: Picture, { left, top, right, bottom }: Area): Channels {
  let [red, green, blue] = [0, 0, 0];
  for (let y = top; y < bottom; y += 1)
    for (let x = left; x < right; x += 1) {
      const at = (y * width + x) * 3;
      red += rgb[at] ?? 0;
      green += rgb[at + 1] ?? 0;
      blue += rgb[at + 2] ?? 0;
    }
  const pixels = (right - left) * (bottom - top);
  return [red / pixels, green / pixels, blue / pixels];
}

function allowed(expected: Picture, received: Picture, area: Area, channel: number): number {
  let [min, max] = [255, 0];
  for (const { width, rgb } of [expected, received])
    for (let y = area.top; y < area.bottom; y += 1)
      for (let x = area.left; x < area.right; x += 1) {
        const value = rgb[(y * width + x) * 3 + channel] ?? 0;
        if (value < min) min = value;
        if (value > max) max = value;
      }
  return ROUNDING + SMOOTHING * (max - min);
}

const colour = (channels: Channels): string =>
  `#${channels.map((mean) => Math.round(mean).toString(16).padStart(2, '0')).join('')}`;

/** The received picture, pale, with all that differs in red. */
export function differencePicture(
  received: Picture,
  differences: readonly Pick<Difference, 'x' | 'y'>[],
): Picture {
  const { width, height } = received;
  const rgb = received.rgb.map((value) => 191 + (value >> 2));
  for (const { x: left, y: top } of differences)
    for (let y = top; y < Math.min(top + SIDE, height); y += 1)
      for (let x = left; x < Math.min(left + SIDE, width); x += 1) rgb.set([214, 0, 0], (y * width + x) * 3);
  return { width, height, rgb };
}
