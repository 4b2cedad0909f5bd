import type { Buffer, ContractionStep } from '@polyphase/kernel';
import type { Bound } from '../../text/bound.ts';
import { type Dispatch, Shader, type ShaderContext } from '../../text/shader.ts';
import { writeEpilogue } from '../epilogue.ts';
import { spread, workgroupIn } from '../family.ts';
import { range } from '../geometry.ts';
import { block, component, floats, indent, times } from '../text.ts';
import { isCopy, type ResampledAxis, tableOf, weightsFrom } from './tables.ts';

/** One kernel: some axes of a tensor resampled together. */
export interface Pass {
  readonly source: Buffer;
  readonly target: Buffer;
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly axes: readonly ResampledAxis[];
  /** Of the step, where this is the last pass. */
  readonly finish: boolean;
}

const workgroup = 64;
/** Taps up to this many are written out, more are a loop. */
const mostUnrolled = 4;

/** What the parts of the text know. */
interface Plan extends Pass {
  readonly shader: Shader;
  /** Outputs of an invocation, neighbours along the last axis. */
  readonly lanes: 1 | 4;
  readonly read: Bound;
  /** The resampled axes other than the last one, and that if it is resampled. */
  readonly outer: readonly Tabled[];
  readonly inner: Tabled | undefined;
}

/** An axis with the name of its table. */
interface Tabled extends ResampledAxis {
  readonly name: string;
  /** Elements of an entry of the table. */
  readonly lanes: 1 | 4;
}

const sizeOf = (lengths: readonly number[]): number => lengths.reduce((all, length) => all * length, 1);

export function emitPass(pass: Pass, step: ContractionStep, context: ShaderContext): Dispatch {
  const shader = new Shader(context);
  for (const name of ['finish', 'sum', ...pass.to.map((_, axis) => `i${axis}`)]) shader.names.of(name);
  const plan = planOf(pass, shader);
  const { lanes } = plan;
  const count = sizeOf(pass.to) / lanes;
  const grid = spread(Math.ceil(count / workgroup), context.target);
  const finish = pass.finish && step.epilogue ? addFinish(plan, step) : undefined;
  const result = shader.bind(pass.target, { name: 'result', lanes });
  const index = pass.to.map((_, axis) => `i${axis}`);
  const value = finish
    ? `${floats(lanes)}(${range(lanes)
        .map((n) => finish(component('sum', lanes, n), n))
        .join(', ')})`
    : 'sum';
  const body = [
    `let unit = ${workgroupIn(grid)} * ${workgroup} + i32(local);`,
    ...(grid[0] * grid[1] * workgroup > count ? [`if (unit >= ${count}) { return; }`] : []),
    ...writeIndex(plan, index),
    ...writeSum(plan, index),
    result.store('unit', value),
  ];
  return shader.dispatch({
    kernel: `resampling ${pass.axes.map(({ table }) => table.taps).join('x')}`,
    comment: step.nodes.map(({ name }) => name).join(' + '),
    size: [workgroup, 1, 1],
    workgroups: grid,
    parameters: ['@builtin(workgroup_id) id: vec3<u32>', '@builtin(local_invocation_index) local: u32'],
    body,
  });
}

function planOf(pass: Pass, shader: Shader): Plan {
  const last = pass.to.length - 1;
  const isInner = pass.axes.some(({ axis }) => axis === last);
  const whole = pass.to[last]! % 4 === 0 && shader.canBind(pass.target, 4);
  const lanes = whole && (isInner || shader.canBind(pass.source, 4)) ? 4 : 1;
  const step = (axis: number): number => sizeOf(pass.from.slice(axis + 1)) / (isInner ? 1 : lanes);
  const read = shader.bind(pass.source, { name: 'source', lanes: isInner ? 1 : lanes });
  const tabled = pass.axes.map((axis): Tabled => {
    const own = axis.axis === last ? lanes : 1;
    const type = own === 1 ? 'i32' : 'vec4<i32>';
    const name = shader.data(`table${axis.axis}`, tableOf(axis, step(axis.axis)), type);
    return { ...axis, name, lanes: own };
  });
  const outer = tabled.filter(({ axis }) => axis !== last);
  return { ...pass, shader, lanes, read, outer, inner: tabled.find(({ axis }) => axis === last) };
}

/** The function that applies the epilogue, as calls for one lane of the sum. */
function addFinish(
  { shader, to, lanes }: Plan,
  step: ContractionStep,
): (sum: string, lane: number) => string {
  const index = to.map((_, axis) => `i${axis}`);
  const { lines, value } = writeEpilogue(shader, step, 'sum', index);
  const head = `fn finish(sum: f32, ${index.map((name) => `${name}: i32`).join(', ')}) -> f32`;
  shader.code(block(head, [...lines, `return ${value};`]).join('\n'));
  const outer = index.slice(0, -1);
  const last = lanes === 1 ? index.at(-1)! : `4 * ${index.at(-1)}`;
  return (sum, lane) => `finish(${[sum, ...outer, lane === 0 ? last : `${last} + ${lane}`].join(', ')})`;
}

/** The index along each axis; along the last one, of the vector. */
function writeIndex({ to, lanes }: Plan, names: readonly string[]): string[] {
  const lengths = to.with(-1, to.at(-1)! / lanes);
  return names.map((name, axis) => {
    const inner = sizeOf(lengths.slice(axis + 1));
    const outer = inner === 1 ? 'unit' : `unit / ${inner}`;
    return `let ${name} = ${axis === 0 ? outer : `${outer} % ${lengths[axis]}`};`;
  });
}

/** The weighted sum over the taps of all axes. */
function writeSum(plan: Plan, index: readonly string[]): string[] {
  const { from, outer, inner, lanes } = plan;
  const unit = inner ? 1 : lanes;
  const kept = index.slice(0, -1).flatMap((name, axis) => {
    const step = sizeOf(from.slice(axis + 1)) / unit;
    return outer.some((each) => each.axis === axis) ? [] : [times(name, step)];
  });
  const start = [...kept, ...(inner ? [] : [index.at(-1)!])].join(' + ') || '0';
  return [
    `let start = ${start};`,
    `var sum = ${floats(lanes)}();`,
    ...writeTaps(plan, index, outer, 'start', []),
  ];
}

/** Loops over the taps of the axes that are left, the last one inside. */
function writeTaps(
  plan: Plan,
  index: readonly string[],
  axes: readonly Tabled[],
  row: string,
  weights: readonly string[],
): string[] {
  const [axis, ...others] = axes;
  if (!axis) return writeRow(plan, index, row, weights);
  const body = (tap: string): string[] => {
    const at = tapAt(axis.to, index[axis.axis]!, tap);
    const name = `row${axis.axis}`;
    const weight = `weight${axis.axis}`;
    return [
      `let ${name} = ${row} + ${axis.name}[${at}];`,
      ...(isCopy(axis) ? [] : [`let ${weight} = ${weightAt(axis, at)};`]),
      ...writeTaps(plan, index, others, name, isCopy(axis) ? weights : [...weights, weight]),
    ];
  };
  return overTaps(`t${axis.axis}`, axis.table.taps, body);
}

const weightAt = (axis: Tabled, at: string): string =>
  `bitcast<${floats(axis.lanes)}>(${axis.name}[${weightsFrom(axis) / axis.lanes} + ${at}])`;

const tapAt = (length: number, index: string, tap: string): string =>
  tap === '0' ? index : `${/^\d+$/.test(tap) ? Number(tap) * length : `${tap} * ${length}`} + ${index}`;

/** A body for each tap: as it is for one, in braces for a few, in a loop for many. */
function overTaps(name: string, taps: number, body: (tap: string) => readonly string[]): string[] {
  if (taps === 1) return [...body('0')];
  if (taps > mostUnrolled) return block(`for (var ${name} = 0; ${name} < ${taps}; ${name}++)`, body(name));
  return range(taps).flatMap((tap) => ['{', ...indent(body(`${tap}`)), '}']);
}

/** Adds what one row of the input gives. */
function writeRow(
  { inner, lanes, read, to }: Plan,
  index: readonly string[],
  row: string,
  weights: readonly string[],
) {
  const scale = weights.map((weight) => `${weight} * `).join('');
  const x = index.at(-1)!;
  if (!inner) return [`sum += ${scale}${read.at(row)};`];
  return overTaps('t', inner.table.taps, (tap) => {
    const at = tapAt(to.at(-1)! / lanes, x, tap);
    const element = (n: number): string => read.at(`${row} + ${component('columns', lanes, n)}`);
    const values = lanes === 1 ? element(0) : `vec4<f32>(${range(4).map(element).join(', ')})`;
    const own = isCopy(inner) ? '' : `${weightAt(inner, at)} * `;
    return [`let columns = ${inner.name}[${at}];`, `sum += ${scale}${own}${values};`];
  });
}
