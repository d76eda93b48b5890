/** One client's load: requests per second, each the mean of a bin. */
export interface Curve {
  readonly name: string;
  readonly values: readonly number[];
}

const WIDTH = 960;
const HEIGHT = 320;
const LEFT = 64;
const BOTTOM = 40;
const TOP = 48;
const COLOURS = ['#1f6feb', '#d1242f', '#1a7f37', '#9a6700', '#8250df'];

/** Draws load over time on a logarithmic scale, in multiples of the steady mean. */
export function draw(title: string, binSeconds: number, curves: readonly Curve[]): string {
  const bins = Math.max(...curves.map(({ values }) => values.length));
  const most = 10 ** Math.ceil(Math.log10(Math.max(10, ...curves.flatMap(({ values }) => values))));
  const least = 0.1;
  const x = (bin: number) => LEFT + ((WIDTH - LEFT - 16) * bin) / bins;
  const y = (value: number) => {
    const part = Math.log(Math.max(value, least) / least) / Math.log(most / least);
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * part;
  };
  const lines: string[] = [];
  for (let value = least; value <= most * 1.01; value *= 10) {
    const label = Number(value.toPrecision(1));
    lines.push(
      `<line x1="${LEFT}" x2="${WIDTH - 16}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="#d0d7de"/>`,
      text(LEFT - 8, y(value) + 4, `${label} ×`, 'end'),
    );
  }
  for (let minute = 0; minute * 60 <= bins * binSeconds; minute += 30)
    lines.push(text(x((minute * 60) / binSeconds), HEIGHT - BOTTOM + 20, `${minute} min`, 'middle'));
  curves.forEach(({ name, values }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? 'black';
    const points = values.map((value, bin) => `${x(bin).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    lines.push(
      `<polyline fill="none" stroke="${colour}" points="${points}"/>`,
      text(LEFT + 170 * index, 40, name, 'start', colour),
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    text(LEFT, 20, title, 'start'),
    ...lines,
    '</svg>\n',
  ].join('\n');
}

/** The mean of each bin. */
export function binned(counts: Uint32Array, binSeconds: number): number[] {
  return Array.from({ length: Math.floor(counts.length / binSeconds) }, (_, bin) => {
    const part = counts.subarray(bin * binSeconds, (bin + 1) * binSeconds);
    return part.reduce((sum, count) => sum + count, 0) / binSeconds;
  });
}

function text(x: number, y: number, content: string, anchor: string, colour = '#24292f'): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${escaped}</text>`;
}
