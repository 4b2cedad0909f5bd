import { inThree } from '@polyphase/ir';
import type { ContractionStep } from '@polyphase/kernel';
import type { Shader } from '../text/shader.ts';
import { type Arrangement, channelsPerBlock, phasesOf, rowIn } from './arrangement.ts';
import { writeEpilogue } from './epilogue.ts';
import { type Axis, type Correlation, gapOf, outputShapeOf, range } from './geometry.ts';
import { sumName } from './products.ts';
import { block, component, flatOf, indent, modulo, over, plus, times } from './text.ts';

/** What the end of a correlation knows: sums in registers, and where they go. */
export interface Output {
  readonly step: ContractionStep;
  readonly correlation: Correlation;
  readonly arrangement: Arrangement;
  readonly width: number;
  readonly shader: Shader;
}

const parameters = ['image', 'group', 'channel', 'plane', 'line', 'column'] as const;
const [, , , ...axisNames] = parameters;

/** A function that finishes one sum and stores it, unless it lies outside of the output. */
export function writeStoreFunction(output: Output): string[] {
  const { step, correlation, shader } = output;
  const { axes, rows, groups } = correlation;
  for (const name of [...parameters, 'products', 'c', 'sum', 'store']) shader.names.of(name);
  const outside = [
    ...(hasSpareRows(output) ? [`channel >= ${rows}`] : []),
    ...axes.flatMap((axis, a) => outsideOf(axis, coveredBy(output, a), axisNames[a]!)),
  ];
  const bias = step.inputs[2] && shader.bind(step.inputs[2], { name: 'bias' });
  const epilogue = writeEpilogue(shader, step, 'sum', indexOf(step, correlation));
  const lengths = [correlation.batch, rows * groups, ...axes.map((axis) => axis.output)];
  const at = flatOf(['image', 'c', ...axisNames], lengths);
  const result = shader.bind(step.output, { name: 'result' });
  return block(`fn store(${parameters.map((name) => `${name}: i32`).join(', ')}, products: f32)`, [
    ...(outside.length > 0 ? [`if (${outside.join(' || ')}) { return; }`] : []),
    `let c = ${groups > 1 ? `group * ${rows} + channel` : 'channel'};`,
    `let sum = products${bias ? ` + ${bias.at('c')}` : ''};`,
    ...epilogue.lines,
    result.store(at, epilogue.value),
  ]);
}

/** The node's own index as expressions of what `store` is given; its axes may have been merged. */
function indexOf({ node }: ContractionStep, { axes }: Correlation): string[] {
  const lengths = outputShapeOf(node).slice(2);
  const whole = inThree(lengths, 1);
  if (axes.every(({ output }, a) => output === whole[a]))
    return ['image', 'c', ...axisNames.slice(3 - lengths.length)];
  const [, height, width] = axes.map(({ output }) => output);
  const flat = `((plane * ${height} + line) * ${width} + column)`;
  const inner = lengths.map((_, a) => lengths.slice(a + 1).reduce((all, length) => all * length, 1));
  return ['image', 'c', ...lengths.map((length, a) => `(${flat} / ${inner[a]} % ${length})`)];
}

/** Positions along an axis that invocations have, a few of which may be too many. */
const coveredBy = ({ correlation, width }: Output, axis: number): number => {
  const { positions } = correlation.axes[axis]!;
  return axis === 2 ? Math.ceil(positions / width) * width : positions;
};

function outsideOf({ phases, outputStep, output }: Axis, positions: number, name: string): string[] {
  const firsts = phases.map(({ first }) => first);
  const [first, last] = [Math.min(...firsts), Math.max(...firsts)];
  const [under, over] = [first < 0, outputStep * (positions - 1) + last >= output];
  if (under && over) return [`u32(${name}) >= ${output}u`];
  return [...(under ? [`${name} < 0`] : []), ...(over ? [`${name} >= ${output}`] : [])];
}

function hasSpareRows({ correlation, arrangement }: Output): boolean {
  const { lanes, slots, blocks } = arrangement;
  return lanes * slots * blocks > correlation.rows * phasesOf(correlation).length;
}

/** Stores all sums: one after the other, or in loops where many lines of text would take long to compile. */
export function writeStores(output: Output): string[] {
  if (output.shader.context.target.software) return writeStoreLoops(output);
  const { correlation, arrangement } = output;
  const { slots, lanes } = arrangement;
  const whole = channelsPerBlock(arrangement, phasesOf(correlation).length);
  return range(slots).flatMap((slot) =>
    range(lanes).flatMap((lane) =>
      whole === undefined ? storeAnywhere(output, slot, lane) : storeAtPlace(output, whole, slot, lane),
    ),
  );
}

/** Loops over the rows of a block and over their positions. */
function writeStoreLoops(output: Output): string[] {
  const { correlation, arrangement, width } = output;
  const { slots, lanes } = arrangement;
  const phases = phasesOf(correlation).length;
  const sums = range(slots).flatMap((slot) =>
    range(lanes).flatMap((lane) => range(width).map((n) => sumAt(output, slot, n, lane))),
  );
  if (sums.length === 1) return storeAnywhere(output, 0, 0);
  const all = slots * lanes;
  const row =
    arrangement.order === 'phases' || phases === 1
      ? [
          `let row = block * ${all} + i;`,
          `let channel = ${over('row', phases)};`,
          `let phase = ${modulo('row', phases)};`,
        ]
      : [
          `let slot = ${over('i', lanes)};`,
          `let channel = (block * ${slots / phases} + ${over('slot', phases)}) * ${lanes} + ${modulo('i', lanes)};`,
          `let phase = ${modulo('slot', phases)};`,
        ];
  const { plane, line, column, step } = placeOf(output, 'phase');
  return [
    `var sums = array<f32, ${sums.length}>(`,
    ...indent(sums.map((sum) => `${sum},`)),
    ');',
    ...block(`for (var i = 0; i < ${all}; i++)`, [
      ...row,
      `let toPlane = ${plane};`,
      `let toLine = ${line};`,
      `let toColumn = ${column};`,
      ...block(`for (var n = 0; n < ${width}; n++)`, [
        `store(image, group, channel, toPlane, toLine, toColumn + ${times('n', step)}, sums[${times('i', width)} + n]);`,
      ]),
    ]),
  ];
}

/** The first place of a phase whose number is known as text. */
function placeOf({ correlation: { axes } }: Output, phase: string) {
  const [z, y, x] = axes;
  const [pz, py, px] = axes.map(({ phases }) => phases.length) as [number, number, number];
  const sum = (position: string, each: string): string => (each === '0' ? position : `${position} + ${each}`);
  const scaled = (text: string, by: number): string => (text === '0' ? text : times(text, by));
  return {
    plane: plus(
      sum(times('plane', z.outputStep), scaled(modulo(over(phase, py * px), pz), gapOf(z))),
      z.phases[0]!.first,
    ),
    line: plus(
      sum(times('line', y.outputStep), scaled(modulo(over(phase, px), py), gapOf(y))),
      y.phases[0]!.first,
    ),
    column: plus(sum(times('column', x.outputStep), scaled(modulo(phase, px), gapOf(x))), x.phases[0]!.first),
    step: x.outputStep,
  };
}

const sumAt = ({ arrangement }: Output, slot: number, n: number, lane: number): string =>
  component(sumName(slot, n), arrangement.lanes, lane);

function storeAtPlace(output: Output, channels: number, slot: number, lane: number): string[] {
  const { correlation, arrangement, width } = output;
  const phases = phasesOf(correlation);
  const { channel, phase } = rowIn(arrangement, phases.length, slot, lane);
  const [z, y, x] = correlation.axes;
  const [dz, dy, dx] = phases[phase]!.map(({ first }) => first) as [number, number, number];
  const place = [
    plus(times('block', channels), channel),
    plus(times('plane', z.outputStep), dz),
    plus(times('line', y.outputStep), dy),
  ].join(', ');
  return range(width).map(
    (n) =>
      `store(image, group, ${place}, ${plus(times('column', x.outputStep), x.outputStep * n + dx)}, ${sumAt(output, slot, n, lane)});`,
  );
}

/** Blocks that end within a channel: each row's channel and phase are computed. */
function storeAnywhere(output: Output, slot: number, lane: number): string[] {
  const { correlation, arrangement, width } = output;
  const row = `row${slot}_${lane}`;
  const phases = phasesOf(correlation).length;
  const { plane, line, column, step } = placeOf(output, modulo(row, phases));
  const place = [over(row, phases), plane, line].join(', ');
  return [
    `let ${row} = ${plus(times('block', arrangement.slots * arrangement.lanes), slot * arrangement.lanes + lane)};`,
    ...range(width).map(
      (n) => `store(image, group, ${place}, ${plus(column, step * n)}, ${sumAt(output, slot, n, lane)});`,
    ),
  ];
}
