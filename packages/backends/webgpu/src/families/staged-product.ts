import type { ContractionStep } from '@polyphase/kernel';
import { type Dispatch, Shader, type ShaderContext } from '../text/shader.ts';
import { spread, workgroupIn } from './family.ts';
import { range } from './geometry.ts';
import { addStoreFunction, matrixOf, type Stack, writeTileStores } from './stack.ts';

/** A workgroup's tile of the output, 4x4 elements an invocation, and how much of the inner axis is staged at a time. */
const tile = 64;
const depth = 16;
const side = tile / 4;
const stagedBytes = 2 * tile * depth * 4;

/** Whether a product is large enough to fill tiles, and the device has room for them. */
export const canStage = ({ rows, inner, columns }: Stack, { target }: ShaderContext): boolean =>
  !target.software &&
  rows >= tile &&
  columns >= tile &&
  inner >= 2 * depth &&
  target.limits.maxComputeInvocationsPerWorkgroup >= side * side &&
  target.limits.maxComputeWorkgroupStorageSize >= stagedBytes;

/** Products whose operands are staged, tile by tile, in workgroup memory: [inner][rows] and [inner][columns]. */
export function emitStagedProduct(step: ContractionStep, stack: Stack, context: ShaderContext): Dispatch {
  const shader = new Shader(context);
  const [down, across] = [Math.ceil(stack.rows / tile), Math.ceil(stack.columns / tile)];
  const count = down * across * stack.count;
  const grid = spread(count, context.target);
  const body = [
    `let number = ${workgroupIn(grid)};`,
    ...(grid[0] * grid[1] > count ? [`if (number >= ${count}) { return; }`] : []),
    `let firstRow = number / ${across} % ${down} * ${tile};`,
    `let firstColumn = number % ${across} * ${tile};`,
    `let matrix = number / ${across * down};`,
    `let row = firstRow + i32(local) / ${side} * 4;`,
    `let column = firstColumn + i32(local) % ${side} * 4;`,
    ...range(4).map((i) => `var sum${i} = vec4<f32>();`),
    ...writeSteps(shader, step, stack),
    ...writeTileStores(4, 4, (i, j) => `sum${i}.${'xyzw'[j]}`),
  ];
  addStoreFunction(shader, step, stack, { rows: down * tile, columns: across * tile });
  shader.code(`var<workgroup> tileA: array<vec4<f32>, ${depth * side}>;`);
  shader.code(`var<workgroup> tileB: array<vec4<f32>, ${depth * side}>;`);
  return shader.dispatch({
    kernel: `staged matrix product ${tile}x${tile}`,
    comment: step.nodes.map(({ name }) => name).join(' + '),
    size: [side * side, 1, 1],
    workgroups: grid,
    parameters: ['@builtin(workgroup_id) id: vec3<u32>', '@builtin(local_invocation_index) local: u32'],
    body,
  });
}

/** Each step stages `depth` of the inner axis: an invocation brings four elements of each operand. */
function writeSteps(shader: Shader, step: ContractionStep, stack: Stack): string[] {
  const { rows, inner, columns, strides } = stack;
  const a = shader.bind(step.inputs[0]!, { name: 'left' });
  const b = shader.bind(step.inputs[1]!, { name: 'right' });
  const element = (name: string, text: string, checks: readonly string[]): string =>
    `  let ${name} = ${checks.length > 0 ? `select(0.0, ${text}, ${checks.join(' && ')})` : text};`;
  const ofInner = (k: string): string[] => (inner % depth === 0 ? [] : [`${k} < ${inner}`]);
  return [
    `let startA = ${matrixOf(stack, strides.a)} * ${rows * inner};`,
    `let startB = ${matrixOf(stack, strides.b)} * ${inner * columns};`,
    `for (var first = 0; first < ${inner}; first += ${depth}) {`,
    `  let innerA = first + i32(local) % ${depth};`,
    `  let rowA = firstRow + i32(local) / ${depth} * 4;`,
    ...range(4).map((i) =>
      element(`a${i}`, a.at(`startA + (rowA + ${i}) * ${inner} + innerA`), [
        ...ofInner('innerA'),
        ...(rows % tile === 0 ? [] : [`rowA + ${i} < ${rows}`]),
      ]),
    ),
    `  let innerB = first + i32(local) / ${side};`,
    ...range(4).map((j) =>
      element(`b${j}`, b.at(`startB + innerB * ${columns} + column + ${j}`), [
        ...ofInner('innerB'),
        ...(columns % tile === 0 ? [] : [`column + ${j} < ${columns}`]),
      ]),
    ),
    '  workgroupBarrier();',
    `  tileA[i32(local) % ${depth} * ${side} + i32(local) / ${depth}] = vec4<f32>(a0, a1, a2, a3);`,
    '  tileB[local] = vec4<f32>(b0, b1, b2, b3);',
    '  workgroupBarrier();',
    `  for (var k = 0; k < ${depth}; k++) {`,
    `    let rowsOfA = tileA[k * ${side} + i32(local) / ${side}];`,
    `    let columnsOfB = tileB[k * ${side} + i32(local) % ${side}];`,
    ...range(4).map((i) => `    sum${i} += rowsOfA.${'xyzw'[i]} * columnsOfB;`),
    '  }',
    '}',
  ];
}
