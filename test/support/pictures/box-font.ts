/** What pictures are written with: Latin, Arabic and general punctuation. Anything else would be drawn in a font of the machine's. */
const WRITTEN = [
  [0x20, 0x24f],
  [0x600, 0x6ff],
  [0x2000, 0x22ff],
] as const;
const SPACES = [0x20, 0xa0, 0x2003, 0x2009, 0x202f];

/** The first is that of characters which the font does not have. */
const GLYPHS = { box: 1, space: 2 };
const EM = 1000;
const ADVANCE = 500;
const [ASCENT, DESCENT] = [800, -200];
/** It laps over the next one: a word is one bar, and no seam in it depends on how edges are smoothed. */
const BOX = { left: -50, bottom: 0, right: 550, top: 700 };

/**
 * A font (OpenType 1.9) in which every character is half an em wide: a box, or nothing for a space. Text that is set in it takes the same room
 * and looks alike on every machine, so that pictures of a page can be compared.
 */
export function boxFont(): Buffer {
  const box = Buffer.concat([
    i16(1, BOX.left, BOX.bottom, BOX.right, BOX.top),
    i16(3, 0), // the last point; no instructions
    Buffer.from([1, 1, 1, 1]), // points on the curve
    i16(BOX.left, 0, BOX.right - BOX.left, 0),
    i16(BOX.bottom, BOX.top - BOX.bottom, 0, BOX.bottom - BOX.top),
    Buffer.alloc(2),
  ]);
  return file({
    'OS/2': os2(),
    cmap: characterMap(),
    glyf: Buffer.concat([box, box]),
    head: head(),
    hhea: Buffer.concat([
      u32(0x10000),
      i16(ASCENT, DESCENT, 0, ADVANCE, BOX.left, ADVANCE - BOX.right, BOX.right, 1, 0, 0),
      i16(0, 0, 0, 0, 0, 3),
    ]),
    hmtx: i16(ADVANCE, BOX.left, ADVANCE, BOX.left, ADVANCE, 0),
    loca: u32(0, box.length, box.length * 2, box.length * 2),
    maxp: Buffer.concat([u32(0x10000), i16(3, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)]),
    name: i16(0, 0, 6),
    post: Buffer.concat([u32(0x30000), Buffer.alloc(28)]),
  });
}

/** A group for each character (format 12), since a group's glyphs count up. */
function characterMap(): Buffer {
  const characters = WRITTEN.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index),
  );
  const groups = characters.map((each) => u32(each, each, SPACES.includes(each) ? GLYPHS.space : GLYPHS.box));
  return Buffer.concat([
    i16(0, 1, 3, 10),
    u32(12),
    i16(12, 0),
    u32(16 + 12 * groups.length, 0, groups.length),
    ...groups,
  ]);
}

function head(): Buffer {
  const dates = Buffer.alloc(16);
  return Buffer.concat([
    u32(0x10000, 0x10000, 0, 0x5f0f3cf5),
    i16(0, EM),
    dates,
    i16(BOX.left, BOX.bottom, BOX.right, BOX.top),
    i16(0, 8, 2, 1, 0),
  ]);
}

function os2(): Buffer {
  return Buffer.concat([
    i16(4, ADVANCE, 400, 5, 0),
    Buffer.alloc(20), // sub- and superscripts, strike-out
    i16(0),
    Buffer.alloc(10), // PANOSE
    u32(0, 0, 0, 0),
    Buffer.from('BOX '),
    i16(0x40, 0x20, 0x22ff, ASCENT, DESCENT, 0, ASCENT, -DESCENT),
    u32(0, 0),
    i16(BOX.top, BOX.top, 0, 0x20, 1),
  ]);
}

function file(tables: Readonly<Record<string, Buffer>>): Buffer {
  const names = Object.keys(tables).sort();
  const power = Math.floor(Math.log2(names.length));
  const range = 2 ** power * 16;
  const directory = [u32(0x10000), i16(names.length, range, power, names.length * 16 - range)];
  const content: Buffer[] = [];
  let offset = 12 + names.length * 16;
  for (const name of names) {
    const table = tables[name] ?? Buffer.alloc(0);
    const padded = Buffer.concat([table, Buffer.alloc(-table.length & 3)]);
    directory.push(Buffer.from(name), u32(sum(padded), offset, table.length));
    content.push(padded);
    offset += padded.length;
  }
  return Buffer.concat([...directory, ...content]);
}

function sum(table: Buffer): number {
  let total = 0;
  for (let at = 0; at < table.length; at += 4) total = (total + table.readUInt32BE(at)) >>> 0;
  return total;
}

function i16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value & 0xffff, index * 2);
  return bytes;
}

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}
