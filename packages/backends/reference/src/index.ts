import {
  type Dense,
  evaluate,
  fromDense,
  type Graph,
  isStatic,
  PolyphaseError,
  sizeOf,
  type Tensor,
  toDense,
  type Value,
} from '@polyphase/ir';
import { type CompileContext, defineBackend, type Program } from '@polyphase/plugin';

/** The most elements of one tensor that this backend takes: 1 GiB as float64. */
const largestTensor = 2 ** 27;

/**
 * The float64 definitions as a backend: slow on purpose, the judge of every other one. Floating-point values stay
 * float64 from layer to layer and are rounded once, at the outputs.
 */
export const reference = defineBackend(() => ({
  name: 'reference',
  probe: async () => ({ ok: true }),
  refuses: () => undefined,
  compile: async (region: Graph, _context: CompileContext) => programOf(region),
  close: async () => {},
}));

function programOf(region: Graph): Program {
  checkSizes(region);
  const bytes = (values: Iterable<Value>): number =>
    [...values].reduce((sum, { type }) => sum + 8 * sizeOf(type.shape as readonly number[]), 0);
  const constants = new Set(
    region.nodes.flatMap(({ inputs }) => inputs.filter((value) => value?.constant)) as Value[],
  );
  return {
    report: {
      steps: region.nodes.map((node) => ({ kernel: 'definition', nodes: [node] })),
      memory: {
        constants: bytes(constants),
        activations: bytes(region.nodes.flatMap(({ outputs }) => outputs)),
      },
    },
    run: async (inputs: readonly Tensor[]) => runDefinitions(region, inputs),
    dispose: () => {},
  };
}

function runDefinitions({ inputs, nodes, outputs }: Graph, given: readonly Tensor[]): readonly Tensor[] {
  const values = new Map<Value, Dense>(inputs.map((value, i) => [value, toDense(given[i]!)]));
  const read = (value: Value): Dense => values.get(value) ?? toDense(value.constant!);
  for (const node of nodes) {
    const results = evaluate(
      node,
      node.inputs.map((value) => value && read(value)),
    );
    for (const [i, value] of node.outputs.entries()) values.set(value, results[i]!);
  }
  return outputs.map(({ value }) => fromDense(read(value)));
}

function checkSizes({ nodes }: Graph): void {
  for (const node of nodes) {
    for (const { type } of node.outputs) {
      const size = isStatic(type.shape) ? sizeOf(type.shape) : Number.NaN;
      if (size <= largestTensor) continue;
      throw new PolyphaseError('PP3004', {
        at: `${node.name} (${node.op})`,
        problem: `its output [${type.shape.join(', ')}] has ${size} elements, the reference backend takes ${largestTensor}`,
        fix: 'Run smaller inputs, or another backend',
      });
    }
  }
}
