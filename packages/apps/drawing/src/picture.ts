/** The part that a colour plays; a picture has no colours of its own, so that it works in light and in dark. */
export type Role = keyof typeof colours;

/** Light, then dark. Pairs of text and ground reach a contrast of 4.5. */
export const colours = {
  ground: ['#ffffff', '#14161a'],
  ink: ['#1b1f24', '#e8eaed'],
  muted: ['#5b6470', '#a0a8b4'],
  line: ['#c5ccd6', '#3a4150'],
  empty: ['#f3f5f8', '#1d2127'],
  input: ['#cfe3ff', '#1f4a80'],
  kernel: ['#ffe2b8', '#7a4b0c'],
  product: ['#ffc9d4', '#8a2741'],
  output: ['#cdeccf', '#22582a'],
  phase0: ['#cfe3ff', '#1f4a80'],
  phase1: ['#ffe2b8', '#7a4b0c'],
  phase2: ['#cdeccf', '#22582a'],
  phase3: ['#ffc9d4', '#8a2741'],
  phase4: ['#e3d3ff', '#4d3385'],
  phase5: ['#c9f0ee', '#0f5c58'],
  phase6: ['#f0e6a8', '#5f5608'],
  phase7: ['#e2e2e2', '#4a4a4a'],
  phase8: ['#f7cdee', '#7b2a6a'],
} as const;

export type Shape =
  | {
      readonly kind: 'rect';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly fill?: Role;
      readonly stroke?: Role;
      /** Default 1. */
      readonly thickness?: number;
      readonly opacity?: number;
      /** A dashed outline. */
      readonly dashed?: boolean;
    }
  | {
      readonly kind: 'text';
      /** The middle, or the left end, of the text's middle line. */
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly size: number;
      readonly fill?: Role;
      readonly align?: 'middle' | 'left';
      readonly bold?: boolean;
      readonly opacity?: number;
    };

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** What it shows, for those who do not see it. */
  readonly title: string;
  readonly shapes: readonly Shape[];
}

/** A number in at most five characters. */
export function short(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e5) return `${value}`;
  const text = value.toFixed(2).replace(/\.?0+$/, '');
  return text.length <= 5 ? text : value.toPrecision(2).replace('e+', 'e');
}

/** Shapes moved. */
export const moved = (shapes: readonly Shape[], x: number, y: number): readonly Shape[] =>
  shapes.map((shape) => ({ ...shape, x: shape.x + x, y: shape.y + y }));
