import type { Node } from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import { type Dispatch, Shader, type ShaderContext } from '../text/shader.ts';
import { type Arrangement, type TapRow, tapRowsOf } from './arrangement.ts';
import { spread, workgroupIn } from './family.ts';
import { type Correlation, range } from './geometry.ts';
import { type Products, sharingLanes, sumName, writeProducts } from './products.ts';
import { columnsOf, readsVectors } from './rows.ts';
import { type Staging, stagingOf, tileDeclaration } from './staging.ts';
import { type Output, writeStoreFunction, writeStores } from './store.ts';
import { block, floats, indexOf, inParentheses, modulo, over, times } from './text.ts';
import { packWeights } from './weights.ts';

/** How a correlation is computed: what the choice among candidates is about. */
export interface Variant {
  readonly arrangement: Arrangement;
  /** Neighbouring positions along the innermost axis that an invocation computes. */
  readonly width: number;
  /** Invocations of a workgroup. */
  readonly workgroup: number;
  /** Lanes of a subgroup share the reading of weights. */
  readonly shared: boolean;
  /** The input is staged in workgroup memory. */
  readonly staged: boolean;
}

interface Plan extends Products {
  readonly workgroup: number;
  /** Rows of work: batch, then positions along the axes, the innermost `width` at a time. */
  readonly units: readonly [batch: number, z: number, y: number, x: number];
  readonly grid: readonly [number, number, number];
}

/** One dispatch for a convolution of either kind, all phases and groups in it. */
export function emitCorrelation(
  step: ContractionStep,
  correlation: Correlation,
  variant: Variant,
  context: ShaderContext,
): Dispatch {
  const shader = new Shader(context);
  const { arrangement, width, shared } = variant;
  const plan = planOf(shader, step, correlation, variant);
  const output: Output = { step, correlation, arrangement, width, shader };
  shader.code(writeStoreFunction(output).join('\n'));
  const stores = writeStores(output);
  return shader.dispatch({
    kernel: `${variant.staged ? 'staged ' : ''}${labelOf(step.node)} ${arrangement.slots}x${arrangement.lanes}x${width}`,
    comment: step.nodes.map(({ name }) => name).join(' + '),
    size: [variant.workgroup, 1, 1],
    workgroups: plan.grid,
    parameters: [
      '@builtin(workgroup_id) id: vec3<u32>',
      '@builtin(local_invocation_index) local: u32',
      ...(shared ? ['@builtin(subgroup_invocation_id) lane: u32'] : []),
    ],
    body: [
      ...(plan.staging ? writeTilePlace(plan, plan.staging) : writePlace(plan)),
      ...writeSums(plan),
      ...writeProducts(plan),
      ...(shared || variant.staged ? block('if (isActive)', stores) : stores),
    ],
  });
}

const labelOf = (node: Node): string => (node.op === 'conv' ? 'convolution' : 'transposed convolution');

function planOf(shader: Shader, step: ContractionStep, correlation: Correlation, variant: Variant): Plan {
  const { arrangement, width, workgroup } = variant;
  const [z, y, x] = correlation.axes;
  const across = Math.ceil(x.positions / width);
  const units = [correlation.batch, z.positions, y.positions, across] as const;
  const taps = tapRowsOf(correlation, arrangement);
  const staging = variant.staged ? stagingOf(correlation, width, taps) : undefined;
  const tiles = staging ? productOf(tilesIn(units, staging)) : Math.ceil(productOf(units) / workgroup);
  const total = tiles * arrangement.blocks * correlation.groups;
  const lanes = staging ? 1 : vectorLanes(shader, step, correlation, width, taps);
  if (staging) shader.code(tileDeclaration(staging));
  return {
    correlation,
    ...variant,
    across,
    units,
    taps,
    grid: spread(total, shader.context.target),
    lanes: staging ? 4 : lanes,
    staging,
    source: shader.bind(step.inputs[0]!, { name: 'source', lanes }),
    weights: bindWeights(shader, step, correlation, variant, taps),
  };
}

function bindWeights(
  shader: Shader,
  { node, inputs }: ContractionStep,
  correlation: Correlation,
  { arrangement, shared }: Variant,
  taps: readonly TapRow[],
): Products['weights'] {
  if (taps.length === 0) return { name: 'none', half: false };
  const half = shader.storage(inputs[1]!) === 'f16';
  const weights = node.inputs[1]!.constant!.data as Float32Array | Uint16Array;
  const data = packWeights(correlation, arrangement, taps, { weights, half }, shared ? sharingLanes : 0);
  const { lanes } = arrangement;
  const element = half ? 'f16' : 'f32';
  const type = lanes === 1 ? element : `vec${lanes}<${element}>`;
  return { name: shader.data('weights', data, type), half };
}

const productOf = (counts: readonly number[]): number => counts.reduce((all, count) => all * count, 1);

/** By vectors when these hold at least two of the columns that are wanted. */
function vectorLanes(
  shader: Shader,
  { inputs: [x] }: ContractionStep,
  correlation: Correlation,
  width: number,
  taps: readonly TapRow[],
): 1 | 4 {
  if (!readsVectors(correlation, width) || !shader.canBind(x!, 4)) return 1;
  const entries = taps.flatMap((row) => row.entries);
  const columns = columnsOf(correlation, width, entries);
  const vectors = new Set(columns.map((column) => Math.floor(column / 4)));
  return vectors.size * 2 <= columns.length ? 4 : 1;
}

/** Which block and which positions the invocation has. Those that share weights must all stay to the end. */
function writePlace(plan: Plan): string[] {
  const { correlation, arrangement, width, units, workgroup, grid, shared } = plan;
  const { blocks } = arrangement;
  const { groups } = correlation;
  const count = productOf(units);
  const perBlock = Math.ceil(count / workgroup);
  const spare =
    grid[0] * grid[1] > perBlock * blocks * groups ? [`number < ${perBlock * blocks * groups}`] : [];
  const active = [...spare, ...(count % workgroup === 0 ? [] : [`unit < ${count}`])].join(' && ');
  const [image, plane, line, column] = indexOf('unit', units) as [string, string, string, string];
  const [group, inGroup] = [over('number', perBlock * blocks), over('number', perBlock)];
  const lines = perBlock === 1 ? 'i32(local)' : `number % ${perBlock} * ${workgroup} + i32(local)`;
  return [
    `let number = ${workgroupIn(grid)};`,
    `let unit = ${lines};`,
    ...(shared ? [`let isActive = ${active || 'true'};`] : active ? [`if (!(${active})) { return; }`] : []),
    `let block = ${groups > 1 ? modulo(inGroup, blocks) : blocks === 1 ? '0' : inGroup};`,
    `let group = ${groups > 1 ? group : '0'};`,
    `let column = ${column === '0' ? '0' : times(column, width)};`,
    `let line = ${line};`,
    `let plane = ${plane};`,
    `let image = ${image};`,
  ];
}

/** Tiles of a workgroup along the image, and each axis. */
const tilesIn = ([batch, z, y, x]: Plan['units'], { columns, lines }: Staging) =>
  [batch, z, Math.ceil(y / lines), Math.ceil(x / columns)] as const;

/** Which block and which tile of positions the workgroup has. All invocations stay to the end, for its barriers. */
function writeTilePlace({ correlation, arrangement, width, units, grid }: Plan, staging: Staging): string[] {
  const { groups, axes } = correlation;
  const { blocks } = arrangement;
  const { columns, lines } = staging;
  const tiles = tilesIn(units, staging);
  const count = productOf(tiles);
  const all = count * blocks * groups;
  const [image, plane, y, x] = indexOf('inBlock', tiles) as [string, string, string, string];
  const rest = over('number', count);
  return [
    `let number = ${workgroupIn(grid)};`,
    ...(grid[0] * grid[1] > all ? [`if (number >= ${all}) { return; }`] : []),
    `let block = ${groups > 1 ? modulo(rest, blocks) : blocks === 1 ? '0' : rest};`,
    `let group = ${groups > 1 ? over('number', count * blocks) : '0'};`,
    `let inBlock = ${modulo('number', count)};`,
    `let image = ${image};`,
    `let plane = ${plane};`,
    `let firstLine = ${y === '0' ? '0' : times(inParentheses(y), lines)};`,
    `let firstColumn = ${x === '0' ? '0' : times(inParentheses(x), columns * width)};`,
    `let line = firstLine + i32(local) / ${columns};`,
    `let column = firstColumn + ${times(`i32(local) % ${columns}`, width)};`,
    `let isActive = line < ${axes[1].positions} && column < ${axes[2].positions};`,
  ];
}

function writeSums({ arrangement, width }: Plan): string[] {
  const type = floats(arrangement.lanes);
  return range(arrangement.slots).flatMap((slot) =>
    range(width).map((n) => `var ${sumName(slot, n)} = ${type}();`),
  );
}
