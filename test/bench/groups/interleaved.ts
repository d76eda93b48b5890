import type { Variant } from '../variants.js';

/**
 * Takes samples of every variant in turn, round after round, so that whatever the machine does meanwhile meets them all. Each
 * round begins with another one, and the first round warms up and is thrown away.
 */
export async function interleaved<T, V extends Pick<Variant, 'name'>>(
  variants: readonly V[],
  rounds: number,
  sample: (variant: V) => Promise<T>,
): Promise<Map<Variant['name'], T[]>> {
  const taken = new Map<Variant['name'], T[]>(variants.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    const first = round % variants.length;
    for (const variant of [...variants.slice(first), ...variants.slice(0, first)]) {
      const samples = await sample(variant);
      if (round > 0) taken.get(variant.name)?.push(samples);
    }
  }
  return taken;
}
