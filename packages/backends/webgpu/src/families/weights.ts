import { fromFloat16, toFloat16 } from '@polyphase/ir';
import type { Data } from '../text/shader.ts';
import { type Arrangement, phasesOf, rowOf, type TapRow } from './arrangement.ts';
import { type Correlation, type Phase, range, type Three } from './geometry.ts';

/** Weights, as numbers or as the bits of float16, and how a shader wants them. */
export interface WeightFormat {
  readonly weights: Float32Array | Uint16Array;
  readonly half: boolean;
}

/** Weights as the shader reads them: [group][block][channel][entry][lane], and `spare` vectors that are never used. */
export function packWeights(
  correlation: Correlation,
  a: Arrangement,
  taps: readonly TapRow[],
  { weights, half }: WeightFormat,
  spare: number,
): Data {
  const entries = taps.reduce((sum, row) => sum + row.entries.length, 0) * a.lanes;
  const size = correlation.groups * a.blocks * correlation.channels * entries + spare * a.lanes;
  const elements = inFormat(weights, half);
  return {
    bytes: Math.ceil((size * elements.BYTES_PER_ELEMENT) / 4) * 4,
    fill() {
      const packed = half ? new Uint16Array(Math.ceil(size / 2) * 2) : new Float32Array(size);
      const known = elements;
      let to = 0;
      for (const group of range(correlation.groups))
        for (const block of range(a.blocks)) {
          const sources = sourcesOf(correlation, a, taps, block);
          for (let channel = 0; channel < correlation.channels; channel++)
            for (const { row, element } of sources) {
              if (element !== undefined)
                packed[to] = known[correlation.weightAt(group, row, channel, element)]!;
              to++;
            }
        }
      return packed;
    },
  };
}

function inFormat(weights: Float32Array | Uint16Array, half: boolean): Float32Array | Uint16Array {
  if (weights instanceof Uint16Array) return half ? weights : Float32Array.from(weights, fromFloat16);
  return half ? Uint16Array.from(weights, toFloat16) : weights;
}

/** Where a lane of an entry has its weight; nowhere when it has none. */
interface Source {
  readonly row: number;
  readonly element: number | undefined;
}

function sourcesOf(
  correlation: Correlation,
  a: Arrangement,
  taps: readonly TapRow[],
  block: number,
): readonly Source[] {
  const phases = phasesOf(correlation);
  return taps.flatMap(({ z, y, entries }) =>
    entries.flatMap(({ slot, offset }) =>
      range(a.lanes).map((lane): Source => {
        const { channel, phase } = rowOf(a, phases.length, block, slot, lane);
        const isRow = channel < correlation.rows;
        return {
          row: channel,
          element: isRow ? elementAt(correlation, phases[phase]!, [z, y, offset]) : undefined,
        };
      }),
    ),
  );
}

/** The kernel element, in the kernel's own order, that a phase has at these offsets. */
function elementAt({ axes }: Correlation, phase: Three<Phase>, offsets: Three<number>): number | undefined {
  let element = 0;
  for (const [axis, { taps }] of phase.entries()) {
    const tap = taps.find(({ offset }) => offset === offsets[axis]);
    if (!tap) return undefined;
    element = element * axes[axis]!.kernel + tap.element;
  }
  return element;
}
