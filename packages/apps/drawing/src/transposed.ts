import { type ConvTransposeAttributes, type Dense, evaluate, makeNode, type Node, opOf } from '@polyphase/ir';
import { at, type Grid, gridOf, sum, zeros } from './grid.ts';
import { type LayerSetting, layerOf } from './setting.ts';

/** What one input element puts into the output. */
export interface Step {
  readonly row: number;
  readonly column: number;
  readonly value: number;
  /** The element times the kernel, where it lands in the natural output. */
  readonly products: Grid;
  /** 1 where a product lands, if it is 0. */
  readonly reach: Grid;
  /** What the output holds after this step. */
  readonly total: Grid;
}

/** Outputs that are computed from the same elements of the kernel. */
export interface Phase {
  /** Position in the natural output modulo the stride. */
  readonly row: number;
  readonly column: number;
  /** The elements of the kernel that it uses, in rows, and where they stand in the kernel. */
  readonly taps: readonly { readonly row: number; readonly column: number }[];
}

/** A transposed convolution taken apart; everything is computed by the definition of the layer. */
export interface Transposed {
  readonly node: Node<ConvTransposeAttributes>;
  readonly input: Grid;
  readonly kernel: Grid;
  /** Before the crop, and extended where the crop is negative. */
  readonly natural: Grid;
  /** The part of `natural` that is the layer's output. */
  readonly window: {
    readonly top: number;
    readonly left: number;
    readonly rows: number;
    readonly columns: number;
  };
  readonly steps: readonly Step[];
  readonly phases: readonly Phase[];
  /** How many products are summed into each element of `natural`. */
  readonly overlap: Grid;
}

const denseOf = ({ rows, columns, values }: Grid): Dense => ({
  dtype: 'float32',
  shape: [1, 1, rows, columns],
  data: values,
});

const gridFrom = ({ shape, data }: Dense): Grid => ({ rows: shape[2]!, columns: shape[3]!, values: data });

/** The layer as it is, on these numbers. */
const run = (node: Node, x: Grid, w: Grid): Grid => gridFrom(evaluate(node, [denseOf(x), denseOf(w)])[0]!);

/** The same layer without a positive crop, so that what is cut off can be seen. */
function uncropped(node: Node<ConvTransposeAttributes>): Node<ConvTransposeAttributes> {
  const crop = node.attributes.crop.map(([begin, end]) => [Math.min(begin, 0), Math.min(end, 0)] as const);
  return makeNode(opOf(node), node.inputs, { ...node.attributes, crop }, { name: node.name }) as typeof node;
}

/** @throws what the framework does not take: PP2002 to PP2004. */
export function takeApart(setting: LayerSetting, input: Grid, kernel: Grid): Transposed {
  const node = layerOf(setting);
  const whole = uncropped(node);
  const natural = run(whole, input, kernel);
  const [vertical, horizontal] = node.attributes.crop as readonly [
    readonly [number, number],
    readonly [number, number],
  ];
  const output = run(node, input, kernel);
  return {
    node,
    input,
    kernel,
    natural,
    window: {
      top: Math.max(vertical[0], 0),
      left: Math.max(horizontal[0], 0),
      rows: output.rows,
      columns: output.columns,
    },
    steps: stepsOf(whole, input, kernel, natural),
    phases: phasesOf(whole, setting, input, kernel, natural),
    overlap: run(whole, ones(input), ones(kernel)),
  };
}

const ones = ({ rows, columns }: Grid): Grid => gridOf(rows, columns, () => 1);

const alone = (grid: Grid, row: number, column: number, value: number): Grid =>
  gridOf(grid.rows, grid.columns, (r, c) => (r === row && c === column ? value : 0));

function stepsOf(node: Node, input: Grid, kernel: Grid, { rows, columns }: Grid): readonly Step[] {
  let total = zeros(rows, columns);
  return Array.from(input.values, (value, i) => {
    const [row, column] = [Math.floor(i / input.columns), i % input.columns];
    const products = run(node, alone(input, row, column, value), kernel);
    const reach = run(node, alone(input, row, column, 1), ones(kernel));
    total = sum(total, products);
    return { row, column, value, products, reach, total };
  });
}

/** Which element of the kernel meets which output: the layer on ones, with all but that element 0. */
function phasesOf(
  node: Node,
  { stride }: LayerSetting,
  input: Grid,
  kernel: Grid,
  natural: Grid,
): readonly Phase[] {
  const phases = Array.from({ length: stride * stride }, (_, i) => ({
    row: Math.floor(i / stride),
    column: i % stride,
    taps: [] as { row: number; column: number }[],
  }));
  for (let row = 0; row < kernel.rows; row++)
    for (let column = 0; column < kernel.columns; column++) {
      const touched = run(node, ones(input), alone(kernel, row, column, 1));
      const first = touched.values.findIndex((value) => value !== 0);
      if (first < 0) continue;
      const [r, c] = [Math.floor(first / natural.columns) % stride, (first % natural.columns) % stride];
      phases[r * stride + c]!.taps.push({ row, column });
    }
  return phases;
}

/** The kernel of a phase as a grid: its taps are a full set of rows and columns. */
export function phaseKernel({ taps }: Phase, kernel: Grid): Grid {
  const rows = [...new Set(taps.map(({ row }) => row))];
  const columns = [...new Set(taps.map(({ column }) => column))];
  return gridOf(rows.length, columns.length, (r, c) => at(kernel, rows[r]!, columns[c]!));
}
