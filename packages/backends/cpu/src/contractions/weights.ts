/** Weights in the order in which tiles read them. */
import type { Data } from '../compile/build.ts';
import type { Blocking } from './blocking.ts';

/** A matrix inside of an array: element [row][k] is at rowOffsets[row] + innerOffsets[k]; a negative offset stands for 0. */
export interface Matrix {
  readonly elements: Float32Array;
  readonly rowOffsets: Int32Array;
  readonly innerOffsets: Int32Array;
}

const elementAt = (elements: Float32Array, row: number, inner: number): number =>
  row < 0 || inner < 0 ? 0 : elements[row + inner]!;

/** Bytes that one matrix takes as `packRows` packs it. */
export const packedRowsBytes = ({ rows, blocks }: Blocking, inner: number): number =>
  4 * rows * blocks * inner;

/** Bytes that one matrix takes as `packColumns` packs it. */
export const packedColumnsBytes = ({ starts, panels }: Blocking, inner: number): number =>
  16 * starts.length * panels * inner;

/** [block][k][row]: the rows of each block side by side, for matrices one after the other. */
export const packRows = (matrices: readonly Matrix[], blocking: Blocking): Data => {
  const { rows, blocks } = blocking;
  const { rowOffsets, innerOffsets } = matrices[0]!;
  const last = rowOffsets.length - rows;
  return {
    bytes: matrices.length * packedRowsBytes(blocking, innerOffsets.length),
    fill(memory, address) {
      const packed = new Float32Array(memory, address, this.bytes / 4);
      let at = 0;
      for (const { elements, rowOffsets: starts, innerOffsets: steps } of matrices)
        for (let block = 0; block < blocks; block++) {
          const first = Math.min(block * rows, last);
          for (let k = 0; k < steps.length; k++)
            for (let r = 0; r < rows; r++) packed[at++] = elementAt(elements, starts[first + r]!, steps[k]!);
        }
    },
  };
};

/** [panel][k][column]: the columns of each panel side by side; element [k][column] is the matrix's [column][k]. */
export const packColumns = (matrices: readonly Matrix[], blocking: Blocking): Data => {
  const { starts, width, panels } = blocking;
  const { rowOffsets, innerOffsets } = matrices[0]!;
  const last = rowOffsets.length - width;
  return {
    bytes: matrices.length * packedColumnsBytes(blocking, innerOffsets.length),
    fill(memory, address) {
      const packed = new Float32Array(memory, address, this.bytes / 4);
      let at = 0;
      for (const { elements, rowOffsets: columns, innerOffsets: steps } of matrices)
        for (let panel = 0; panel < panels; panel++) {
          const first = Math.min(panel * width, last);
          for (let k = 0; k < steps.length; k++)
            for (const start of starts)
              for (let lane = 0; lane < 4; lane++)
                packed[at++] = elementAt(elements, columns[first + start + lane]!, steps[k]!);
        }
    },
  };
};
