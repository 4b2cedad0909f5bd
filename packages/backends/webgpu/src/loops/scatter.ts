import {
  type Buffer,
  binary,
  type Expr,
  type LoopKernel,
  linearOf,
  load,
  type ReduceName,
} from '@polyphase/kernel';
import { ExprText, loopHead, nested } from '../text/expr-text.ts';
import { type Dispatch, Shader, type ShaderContext } from '../text/shader.ts';
import { gridOf } from './grid.ts';
import { iterationLets } from './iterations.ts';

const joins: Readonly<Record<ReduceName, 'add' | 'mul' | 'max' | 'min'>> = {
  sum: 'add',
  prod: 'mul',
  max: 'max',
  min: 'min',
};

/** Whether an element may be stored to twice. */
export function isScatter({ combine, index, loops }: LoopKernel): boolean {
  const { terms } = linearOf(index);
  const passed = new Set(terms.map(({ atom }) => (atom.kind === 'var' ? atom.loop : undefined)));
  return combine !== undefined || passed.has(undefined) || loops.some((loop) => !passed.has(loop));
}

/** Updates that replace what is there compete for their places; those that join it are done one after the other. */
export const writeScatter = (kernel: LoopKernel, context: ShaderContext): readonly Dispatch[] =>
  kernel.combine ? [writeInOrder(kernel, context)] : writeCompeting(kernel, context);

/** One invocation does all steps in order. */
function writeInOrder(kernel: LoopKernel, context: ShaderContext): Dispatch {
  const shader = new Shader(context);
  const { index, loops } = kernel;
  const value = binary(joins[kernel.combine!], load(kernel.target, index), kernel.value);
  const target = shader.bind(kernel.target);
  const names = new Map(loops.map((loop) => [loop, shader.names.of(loop.name)]));
  const text = new ExprText(shader, names);
  text.expect([index, value]);
  const stored = text.value(value);
  const place = text.value(index);
  const heads = loops.map((loop) => loopHead(names.get(loop)!, loop.extent));
  return shader.dispatch({
    kernel: 'scatter',
    comment: kernel.name,
    size: [1, 1, 1],
    workgroups: [1, 1, 1],
    parameters: [],
    body: nested(heads, [...text.lines, target.store(place, stored)]),
  });
}

/**
 * The last update of a place wins, as if they were done in order: first none has won, then each place learns the number
 * of its last update, then that one is stored.
 */
function writeCompeting(kernel: LoopKernel, context: ShaderContext): readonly Dispatch[] {
  const winners: Buffer = { name: 'winners', dtype: 'uint32', size: kernel.target.size };
  const clear = writeSteps(winners.size, context, `${kernel.name}: no winners yet`, (shader) => [
    shader.bind(winners).store('i', '0u'),
  ]);
  const compete = writeUpdates(kernel, context, 'the last update of each place', (shader, place) => {
    const name = shader.bindAtomic(winners);
    return [`atomicMax(&${name}[${place}], u32(i) + 1u);`];
  });
  const store = writeUpdates(kernel, context, 'each place gets its last update', (shader, place, text) => {
    const won = `${shader.bind(winners).at(place)} == u32(i) + 1u`;
    const value = text.value(kernel.value);
    return [`if (${won}) { ${shader.bind(kernel.target).store(place, value)} }`];
  });
  return [clear, compete, store];
}

function writeUpdates(
  { name, loops, index, value }: LoopKernel,
  context: ShaderContext,
  what: string,
  body: (shader: Shader, place: string, text: ExprText) => readonly string[],
): Dispatch {
  const count = loops.reduce((all, { extent }) => all * extent, 1);
  return writeSteps(count, context, `${name}: ${what}`, (shader) => {
    const names = new Map(loops.map((loop) => [loop, shader.names.of(loop.name)]));
    const text = new ExprText(shader, names);
    text.expect([index, index, value]);
    const statements = body(shader, text.value(index as Expr), text);
    const all = [...text.lines, ...statements];
    return [...iterationLets(loops, names, all), ...all];
  });
}

/** An invocation for each of so many steps, the number of which is `i`. */
function writeSteps(
  count: number,
  context: ShaderContext,
  comment: string,
  body: (shader: Shader) => readonly string[],
): Dispatch {
  const shader = new Shader(context);
  const { size, workgroups, row } = gridOf(count, context.target.limits);
  const statements = body(shader);
  return shader.dispatch({
    kernel: 'scatter',
    comment,
    size,
    workgroups,
    parameters: ['@builtin(global_invocation_id) id: vec3<u32>'],
    body: [
      `let i = i32(id.x${workgroups[1] > 1 ? ` + id.y * ${row}u` : ''});`,
      `if (i >= ${count}) { return; }`,
      ...statements,
    ],
  });
}
