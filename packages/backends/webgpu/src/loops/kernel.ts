import {
  type Expr,
  type LoopKernel,
  type LoopVar,
  linearOf,
  loadedBuffers,
  Sharing,
} from '@polyphase/kernel';
import { ExprText } from '../text/expr-text.ts';
import { type Dispatch, Shader, type ShaderContext } from '../text/shader.ts';
import { type Grid, gridOf } from './grid.ts';
import { iterationLets, iterationOf } from './iterations.ts';
import { foldTogether, sharersOf } from './parallel-fold.ts';
import { isScatter, writeScatter } from './scatter.ts';

/** A loop kernel as shaders, one after the other; all but scatters are one. */
export const writeLoops = (kernel: LoopKernel, context: ShaderContext): readonly Dispatch[] =>
  isScatter(kernel) ? writeScatter(kernel, context) : [writeParallel(kernel, context)];

/** Loops from the one that passes memory in the greatest steps to the one that passes it one by one. */
function inMemoryOrder({ loops, index }: LoopKernel): readonly LoopVar[] {
  const { terms } = linearOf(index);
  const step = (loop: LoopVar): number =>
    Math.abs(terms.find(({ atom }) => atom.kind === 'var' && atom.loop === loop)?.coef ?? 0);
  return loops.toSorted((a, b) => step(b) - step(a));
}

/** An invocation an element, or a workgroup where an element is a long reduction and there are few of them. */
function writeParallel(kernel: LoopKernel, context: ShaderContext): Dispatch {
  const shader = new Shader(context);
  const loops = inMemoryOrder(kernel);
  const count = loops.reduce((all, { extent }) => all * extent, 1);
  const sharers = sharersOf(kernel, context.target);
  const sharing = new Sharing();
  const iteration = sharing.share(iterationOf(loops));
  const [index, value] = [sharing.share(kernel.index), sharing.share(kernel.value)];
  for (const buffer of loadedBuffers([index, value])) shader.bind(buffer);
  const target = shader.bind(kernel.target);
  const names = new Map(loops.map((loop) => [loop, shader.names.of(loop.name)]));
  const given = new Map<Expr | LoopVar, string>([...names, [iteration, 'i']]);
  const text = new ExprText(shader, given, sharers ? foldTogether(shader, 'lane', sharers) : undefined);
  text.expect([index, value]);
  const stored = text.value(value);
  const store = target.store(text.value(index), stored);
  const body = [...text.lines, sharers ? `if (lane == 0) { ${store} }` : store];
  const grid = sharers ? sharedGrid(count, sharers, context) : ownGrid(count, context);
  return shader.dispatch({
    kernel: sharers ? 'reduction' : 'loop',
    comment: kernel.name,
    ...grid,
    body: [...grid.head, ...iterationLets(loops, names, body), ...body],
  });
}

/** The grid, and the statements that find out which element is computed. */
interface Placed extends Pick<Grid, 'size' | 'workgroups'> {
  readonly parameters: readonly string[];
  readonly head: readonly string[];
}

function ownGrid(count: number, { target }: ShaderContext): Placed {
  const { size, workgroups, row } = gridOf(count, target.limits);
  const isExact = row * workgroups[1] === count;
  return {
    size,
    workgroups,
    parameters: ['@builtin(global_invocation_id) id: vec3<u32>'],
    head: [
      `let i = i32(id.x${workgroups[1] > 1 ? ` + id.y * ${row}u` : ''});`,
      ...(isExact ? [] : [`if (i >= ${count}) { return; }`]),
    ],
  };
}

function sharedGrid(count: number, sharers: number, { target }: ShaderContext): Placed {
  const most = target.limits.maxComputeWorkgroupsPerDimension;
  const rows = Math.ceil(count / most);
  const columns = Math.ceil(count / rows);
  return {
    size: [sharers, 1, 1],
    workgroups: [columns, rows, 1],
    parameters: ['@builtin(workgroup_id) group: vec3<u32>', '@builtin(local_invocation_index) local: u32'],
    head: [
      'let lane = i32(local);',
      `let i = i32(group.x${rows > 1 ? ` + group.y * ${columns}u` : ''});`,
      ...(rows * columns === count ? [] : [`if (i >= ${count}) { return; }`]),
    ],
  };
}
