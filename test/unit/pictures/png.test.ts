import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Picture, readPng, writePng } from '../../support/pictures/png.js';

const picture = (width: number, height: number, at: (index: number) => number): Picture => ({
  width,
  height,
  rgb: Uint8Array.from({ length: width * height * 3 }, (_, index) => at(index)),
});

test('what is written is read again', () => {
  const striped = picture(7, 5, (index) => (index % 21 < 9 ? 0x1a : 0xf3 - (index % 3)));
  expect(readPng(writePng(striped))).toEqual(striped);
});

test('of more than 256 colours the rare ones become the nearest of the others', () => {
  // 300 of them once each, and then one a hundred times.
  const many = picture(400, 1, (index) => {
    const [pixel, channel] = [Math.floor(index / 3), index % 3];
    if (pixel >= 300) return 250;
    return [0, pixel >> 1, (pixel & 1) * 4][channel] ?? 0;
  });
  const { rgb } = readPng(writePng(many));
  const errors = Array.from(rgb, (value, index) => Math.abs(value - (many.rgb[index] ?? 0)));
  expect(errors.slice(900)).toEqual(Array(300).fill(0));
  expect(Math.max(...errors)).toBeGreaterThan(0);
  expect(errors.filter((error) => error > 0).length).toBeLessThan(100);
});

test('rows are read through each of the five filters, with and without transparency', () => {
  const rows = [0, 1, 2, 3, 4].map((filter) => [filter, 10, 20, 30, 255, 1, 2, 3, 0]);
  // By hand: PNG 9.2, with rows of two pixels.
  expect([...readPng(screenshot(6, rows)).rgb]).toEqual([
    ...[10, 20, 30, 1, 2, 3],
    ...[10, 20, 30, 11, 22, 33],
    ...[20, 40, 60, 12, 24, 36],
    ...[20, 40, 60, 17, 34, 51],
    ...[30, 60, 90, 31, 62, 93],
  ]);
  const opaque = rows.map((row) => row.filter((_, at) => at % 4 !== 0 || at === 0));
  expect(readPng(screenshot(2, opaque))).toEqual(readPng(screenshot(6, rows)));
});

test('the fourth filter takes the nearest of three neighbours', () => {
  // In red that is the corner, in green the left one, in blue the one above.
  const rows = [
    [0, 20, 20, 20, 30, 20, 50],
    [4, 246, 243, 0, 1, 1, 1],
  ];
  expect([...readPng(screenshot(2, rows)).rgb.subarray(6)]).toEqual([10, 7, 20, 21, 8, 51]);
});

test('other files are refused', () => {
  expect(() => readPng(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toThrow('not a PNG');
  expect(() => readPng(screenshot(0, [[0, 1, 2]]))).toThrow('a PNG of another kind');
});

/** A PNG of two pixels' width whose rows are filtered as given; its sums, which nobody reads, are left out. */
function screenshot(colourType: number, rows: readonly number[][]): Buffer {
  const chunk = (name: string, content: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return Buffer.concat([length, Buffer.from(name), content, Buffer.alloc(4)]);
  };
  const head = Buffer.from([0, 0, 0, 2, 0, 0, 0, rows.length, 8, colourType, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.from(rows.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
