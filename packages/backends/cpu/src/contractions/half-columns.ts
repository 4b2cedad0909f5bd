/** Columns of weights as tiles read them: float16 where they stay so in memory. */
import type { Node } from '@polyphase/ir';
import type { Build, Data, Place } from '../compile/build.ts';
import { weightsOf } from '../families/geometry.ts';
import { areFinite } from '../math/widen.ts';
import type { Blocking } from './blocking.ts';
import { packColumns, packedColumnsBytes, type Weights } from './weights.ts';

/** Float32 weights from this many on do not stay in a second-level cache from one run to the next. */
const leastElements = 1 << 18;

/**
 * Whether weights are to stay float16: they are read once a run, by one block of rows, and from beyond the caches, where
 * half the bytes save more than widening them in registers costs.
 */
const staysHalf = (weights: unknown, { blocks }: Blocking): weights is Uint16Array =>
  weights instanceof Uint16Array && weights.length >= leastElements && blocks === 1 && areFinite(weights);

export interface PlacedColumns {
  readonly place: Place;
  readonly layout: 'packed' | 'halved';
  /** Of one matrix. */
  readonly bytes: number;
}

/** Packs the weights of a node, which `describe` says the order of. */
export function placeColumns(
  build: Build,
  node: Node,
  blocking: Blocking,
  describe: <T>(elements: T) => Weights<T>,
): PlacedColumns {
  const { data } = node.inputs[1]!.constant!;
  if (!staysHalf(data, blocking)) {
    const weights = describe(weightsOf(node));
    const bytes = packedColumnsBytes(blocking, weights.inner.count * weights.inner.taps.length);
    return { place: build.add(packColumns(build, weights, blocking)), layout: 'packed', bytes };
  }
  const weights = describe(data);
  const columns = packHalfColumns(weights, blocking);
  return { place: build.add(columns), layout: 'halved', bytes: columns.bytes / weights.groups };
}

/** [panel][k][column], as `packColumns` has them, of bit patterns. */
function packHalfColumns(weights: Weights<Uint16Array>, { starts, width, panels }: Blocking): Data {
  const { elements, groups, groupStep, rows, inner } = weights;
  const products = inner.count * inner.taps.length;
  return {
    bytes: groups * 8 * starts.length * panels * products,
    fill(memory, address) {
      const packed = new Uint16Array(memory, address, this.bytes / 2);
      let at = 0;
      for (let group = 0; group < groups; group++)
        for (let panel = 0; panel < panels; panel++) {
          const column = Math.min(panel * width, rows.length - width);
          const lanes = starts.flatMap((start) => [0, 1, 2, 3].map((lane) => rows[column + start + lane]!));
          for (let i = 0; i < inner.count; i++)
            for (const tap of inner.taps) {
              const first = group * groupStep + i * inner.step + tap;
              for (const lane of lanes) packed[at++] = elements[first + lane]!;
            }
        }
    },
  };
}
