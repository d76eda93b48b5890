export interface Product {
  readonly id: string;
  readonly name: string;
}

export const PRODUCTS: readonly Product[] = [
  { id: 'lantern', name: 'Deck lantern' },
  { id: 'rope', name: 'Mooring rope, 20 m' },
  { id: 'compass', name: 'Hand compass' },
  { id: 'canvas', name: 'Sail canvas, 5 m²' },
];

const DRAWINGS: Readonly<Record<string, readonly [background: string, drawing: string]>> = {
  lantern: ['#f6c860', '<path d="M24 14h16v4h4v30H20V18h4z"/><circle cx="32" cy="33" r="8" fill="#fff"/>'],
  rope: [
    '#9cc5a1',
    '<g fill="none" stroke-width="5" stroke="#22343c"><circle cx="32" cy="32" r="19"/><circle cx="32" cy="32" r="10"/></g>',
  ],
  compass: [
    '#8fb8de',
    '<circle cx="32" cy="32" r="21"/><path d="M32 15l6 17-6 17-6-17z" fill="#fff"/><path d="M26 32h12l-6 17z" fill="#d8574c"/>',
  ],
  canvas: ['#e2a6a0', '<path d="M30 12v40H14z"/><path d="M34 18v34h17z" fill="#fff"/>'],
};

/** A product's picture, as SVG. */
export function thumbnail(productId: string): string | undefined {
  const known = DRAWINGS[productId];
  if (!known) return undefined;
  const [background, drawing] = known;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="64" height="64" fill="#22343c"><rect width="64" height="64" rx="10" fill="${background}"/>${drawing}</svg>`;
}
