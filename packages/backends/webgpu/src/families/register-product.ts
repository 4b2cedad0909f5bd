import type { ContractionStep } from '@polyphase/kernel';
import type { BoundLanes } from '../text/bound.ts';
import { type Dispatch, Shader, type ShaderContext } from '../text/shader.ts';
import { spread, workgroupIn } from './family.ts';
import { range } from './geometry.ts';
import { addStoreFunction, matrixOf, type Stack, writeTileStores } from './stack.ts';
import { component, floats, indexOf, plus, times } from './text.ts';

/** What an invocation computes: `height` rows of `width` vectors, reading a in vectors along the inner axis. */
interface Tile {
  readonly height: number;
  readonly width: number;
  readonly lanes: 1 | 4;
  readonly inner: 1 | 4;
}

const workgroup = 64;

/** Products whose operands go from memory into registers. */
export function emitRegisterProduct(step: ContractionStep, stack: Stack, context: ShaderContext): Dispatch {
  const shader = new Shader(context);
  const tile = tileOf(stack, shader, step);
  const { height, width, lanes } = tile;
  const [down, across] = [Math.ceil(stack.rows / height), Math.ceil(stack.columns / (width * lanes))];
  const count = down * across * stack.count;
  const [matrix, row, column] = indexOf('unit', [stack.count, down, across]) as [string, string, string];
  const grid = spread(Math.ceil(count / workgroup), context.target);
  const a = shader.bind(step.inputs[0]!, { name: 'left', lanes: tile.inner });
  const b = shader.bind(step.inputs[1]!, { name: 'right', lanes });
  addStoreFunction(shader, step, stack, { rows: down * height, columns: across * width * lanes });
  const values = sums(tile);
  return shader.dispatch({
    kernel: `matrix product ${height}x${width * lanes}`,
    comment: step.nodes.map(({ name }) => name).join(' + '),
    size: [workgroup, 1, 1],
    workgroups: grid,
    parameters: ['@builtin(workgroup_id) id: vec3<u32>', '@builtin(local_invocation_index) local: u32'],
    body: [
      `let unit = ${workgroupIn(grid)} * ${workgroup} + i32(local);`,
      ...(grid[0] * grid[1] * workgroup > count ? [`if (unit >= ${count}) { return; }`] : []),
      `let column = ${scaled(column, width * lanes)};`,
      `let row = ${scaled(row, height)};`,
      `let matrix = ${matrix};`,
      ...values.flat().map((name) => `var ${name} = ${floats(lanes)}();`),
      ...writeLoop(
        stack,
        tile,
        (index) => a.at(index),
        (index) => b.at(index),
      ),
      ...writeTileStores(height, width * lanes, (i, j) =>
        component(values[i]![Math.floor(j / lanes)]!, lanes, j % lanes),
      ),
    ],
  });
}

const scaled = (text: string, by: number): string => (text === '0' ? '0' : times(text, by));

const sums = ({ height, width }: Tile): string[][] =>
  range(height).map((i) => range(width).map((j) => `sum${i}_${j}`));

/** As many rows as there are up to eight; vectors where matrices are made of whole ones. */
function tileOf({ rows, inner, columns }: Stack, shader: Shader, { inputs: [a, b] }: ContractionStep): Tile {
  const lanes: BoundLanes = columns % 4 === 0 && shader.canBind(b!, 4) ? 4 : 1;
  const height = [8, 4, 2].find((count) => rows >= count) ?? 1;
  const width = lanes === 4 ? (columns >= 64 && height < 8 ? 2 : 1) : Math.min(columns, 4);
  return { height, width, lanes, inner: inner % 4 === 0 && shader.canBind(a!, 4) ? 4 : 1 };
}

function writeLoop(
  stack: Stack,
  tile: Tile,
  a: (index: string) => string,
  b: (index: string) => string,
): string[] {
  const { rows, inner, columns, strides } = stack;
  const { height, width, lanes } = tile;
  const [lineA, lineB] = [inner / tile.inner, columns / lanes];
  const [a0, b0] = [matrixOf(stack, strides.a), matrixOf(stack, strides.b)];
  const values = sums(tile);
  const products = (i: number, j: number): string =>
    range(tile.inner)
      .map((k) => `${component(`a${i}`, tile.inner, k)} * b${k}_${j}`)
      .join(' + ');
  return [
    `var atA = ${a0 === '0' ? 'row' : `(${a0} * ${rows} + row)`} * ${lineA};`,
    `var atB = ${b0 === '0' ? '' : `${b0} * ${inner * lineB} + `}column${lanes === 4 ? ' / 4' : ''};`,
    `for (var k = 0; k < ${inner}; k += ${tile.inner}) {`,
    ...range(height).map((i) => `  let a${i} = ${a(plus('atA', i * lineA))};`),
    ...range(tile.inner).flatMap((k) =>
      range(width).map((j) => `  let b${k}_${j} = ${b(plus('atB', k * lineB + j))};`),
    ),
    ...range(height).flatMap((i) => range(width).map((j) => `  ${values[i]![j]!} += ${products(i, j)};`)),
    '  atA += 1;',
    `  atB += ${tile.inner * lineB};`,
    '}',
  ];
}
