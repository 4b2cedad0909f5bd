import type { Origin } from '../winograd/axis.ts';

/** Outputs of a tile along each axis, and where tiles of different phases begin. */
export interface Variant {
  readonly outputs: number;
  readonly origin: Origin;
}

/** The tiles that a pinned family has; undefined for families without. */
const variants = {
  direct: undefined,
  convolution: undefined,
  transposed: undefined,
  loops: undefined,
  columns: { outputs: 4, origin: 'own' },
  'winograd-2': { outputs: 2, origin: 'own' },
  'winograd-3': { outputs: 3, origin: 'own' },
  'winograd-4': { outputs: 4, origin: 'own' },
  'winograd-5': { outputs: 5, origin: 'own' },
  'winograd-2-shared': { outputs: 2, origin: 'shared' },
  'winograd-3-shared': { outputs: 3, origin: 'shared' },
  'winograd-4-shared': { outputs: 4, origin: 'shared' },
  'winograd-5-shared': { outputs: 5, origin: 'shared' },
} as const satisfies Readonly<Record<string, Variant | undefined>>;

/**
 * `direct`: plain sums, by the families in their order. A family's name: that one first. `loops`: no family at all.
 * `columns`: its tiles along the height, of the size that is fastest. Winograd's with so many outputs a tile; `shared` where all phases of a transposed convolution read the same tiles.
 */
export type Pin = keyof typeof variants;
export const pins = Object.keys(variants) as readonly Pin[];

export const variantOf = (pin: Pin): Variant | undefined => variants[pin];
