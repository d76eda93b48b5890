import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** A picture without transparency. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel, row by row. */
  readonly rgb: Uint8Array;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Bytes of a pixel by colour type (PNG, third edition, 11.2.1): RGB, an entry of the palette, RGBA. */
const BYTES_PER_PIXEL: Readonly<Record<number, number>> = { 2: 3, 3: 1, 6: 4 };
const PALETTE = 3;

/** Reads what browsers and `writePng` write: 8 bits a sample, not interlaced. */
export function readPng(png: Buffer): Picture {
  const chunks = readChunks(png);
  const [head, palette] = [chunks.get('IHDR'), chunks.get('PLTE')];
  const type = head?.[9] ?? 0;
  const bytesPerPixel = BYTES_PER_PIXEL[type];
  if (!head || !bytesPerPixel || head[8] !== 8 || head[12] !== 0) throw new Error('a PNG of another kind');
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  const samples = unfilter(
    inflateSync(chunks.get('IDAT') ?? SIGNATURE),
    width * bytesPerPixel,
    bytesPerPixel,
  );
  const rgb = new Uint8Array(width * height * 3);
  const colours = type === PALETTE ? (palette ?? samples) : samples;
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const at = type === PALETTE ? (samples[pixel] ?? 0) * 3 : pixel * bytesPerPixel;
    for (let channel = 0; channel < 3; channel += 1) rgb[pixel * 3 + channel] = colours[at + channel] ?? 0;
  }
  return { width, height, rgb };
}

/** Writes at most 256 colours; rare ones, such as those of smoothed edges, become the nearest of the others. */
export function writePng({ width, height, rgb }: Picture): Buffer {
  const { palette, indexes } = reduceColours(rgb);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1)
    rows.set(indexes.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, PALETTE, 0, 0, 0], 8);
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', palette),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function readChunks(png: Buffer): ReadonlyMap<string, Buffer> {
  if (!png.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error('not a PNG');
  const chunks = new Map<string, Buffer>();
  for (let at = SIGNATURE.length; at < png.length; ) {
    const [length, name] = [png.readUInt32BE(at), png.toString('latin1', at + 4, at + 8)];
    const content = png.subarray(at + 8, at + 8 + length);
    // The data may come in pieces.
    chunks.set(name, Buffer.concat([chunks.get(name) ?? Buffer.alloc(0), content]));
    at += length + 12;
  }
  return chunks;
}

function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** Undoes the filters of the rows (PNG, 9.2): each byte was written as what it is more than its neighbours let expect. */
function unfilter(filtered: Buffer, rowLength: number, bytesPerPixel: number): Uint8Array {
  const height = filtered.length / (rowLength + 1);
  const samples = new Uint8Array(rowLength * height);
  for (let y = 0; y < height; y += 1) {
    const filter = filtered[y * (rowLength + 1)] ?? 0;
    const start = y * rowLength;
    for (let x = 0; x < rowLength; x += 1) {
      const left = x < bytesPerPixel ? 0 : (samples[start + x - bytesPerPixel] ?? 0);
      const above = y === 0 ? 0 : (samples[start + x - rowLength] ?? 0);
      const corner = y === 0 || x < bytesPerPixel ? 0 : (samples[start + x - rowLength - bytesPerPixel] ?? 0);
      samples[start + x] =
        (filtered[y * (rowLength + 1) + 1 + x] ?? 0) + expectation(filter, left, above, corner);
    }
  }
  return samples;
}

function expectation(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return (left + above) >> 1;
    case 4:
      return nearestTo(left + above - corner, left, above, corner);
    default:
      return 0;
  }
}

function nearestTo(wanted: number, left: number, above: number, corner: number): number {
  const toLeft = Math.abs(wanted - left);
  const toAbove = Math.abs(wanted - above);
  const toCorner = Math.abs(wanted - corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

function reduceColours(rgb: Uint8Array): { palette: Buffer; indexes: Uint8Array } {
  const colours = Array.from({ length: rgb.length / 3 }, (_, pixel) => colourAt(rgb, pixel));
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const kept = [...counts]
    .sort(([, one], [, other]) => other - one)
    .slice(0, 256)
    .map(([colour]) => colour);
  const indexOf = new Map(kept.map((colour, index) => [colour, index]));
  for (const colour of counts.keys())
    if (!indexOf.has(colour)) indexOf.set(colour, kept.indexOf(nearestColour(colour, kept)));
  return {
    palette: Buffer.from(kept.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255])),
    indexes: Uint8Array.from(colours, (colour) => indexOf.get(colour) ?? 0),
  };
}

const colourAt = (rgb: Uint8Array, pixel: number): number =>
  ((rgb[pixel * 3] ?? 0) << 16) | ((rgb[pixel * 3 + 1] ?? 0) << 8) | (rgb[pixel * 3 + 2] ?? 0);

function nearestColour(colour: number, among: readonly number[]): number {
  const distance = (other: number) =>
    [16, 8, 0].reduce((sum, shift) => sum + (((colour >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);
  return among.reduce((best, each) => (distance(each) < distance(best) ? each : best));
}
