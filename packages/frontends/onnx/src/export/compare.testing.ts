import {
  type Dense,
  type DType,
  fromDense,
  type Graph,
  isFloat,
  isStatic,
  opOf,
  type Tensor,
  toDense,
  verify,
} from '@polyphase/ir';
import { bindingsFor, run } from '../cases.testing.ts';
import { parseOnnx } from '../load.ts';
import { runInOnnxruntime } from './onnxruntime.testing.ts';

/** Half the distance from 1 to the next number, of the types that layers are computed in. */
const roundings: Partial<Record<DType, number>> = { float16: 2 ** -11, float32: 2 ** -24, float64: 2 ** -53 };

/**
 * By how much an output may differ: by one rounding of its largest element for each operation that it sums, and for the
 * few that a composed form adds.
 */
function allowance(graph: Graph, { dtype, data }: Dense): number {
  const rounding = roundings[dtype];
  if (rounding === undefined) return 0;
  const terms = graph.nodes.reduce(
    (most, node) =>
      node.inputs.every((value) => !value || isStatic(value.type.shape))
        ? Math.max(most, opOf(node).terms(node.inputs, node.attributes))
        : most,
    1,
  );
  const largest = data.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 1);
  return (2 * terms + 24) * rounding * largest;
}

/** What is different, in words. */
function difference(graph: Graph, want: Dense, got: Dense): string | undefined {
  const [wanted, found] = [want, got].map(({ dtype, shape }) => `${dtype}[${shape.join(', ')}]`);
  if (wanted !== found) return `is ${found} instead of ${wanted}`;
  const most = isFloat(want.dtype) ? allowance(graph, want) : 0;
  const at = want.data.findIndex((x, i) => {
    const y = got.data[i]!;
    return !(x === y || Object.is(x, y) || Math.abs(x - y) <= most);
  });
  return at < 0 ? undefined : `is ${got.data[at]} instead of ${want.data[at]} at ${at}`;
}

/** As the type of the output holds it. */
const held = (outputs: readonly Dense[]): Dense[] => outputs.map((output) => toDense(fromDense(output)));

function differences(graph: Graph, want: readonly Dense[], got: readonly Dense[]): string[] {
  return want.flatMap((output, i) => {
    const text = difference(graph, output, got[i]!);
    return text ? [`output ${i} ${text}`] : [];
  });
}

/** What differs between a graph and its ONNX file read back, by the definitions. */
export function differencesReadBack(graph: Graph, bytes: Uint8Array, inputs: readonly Tensor[]): string[] {
  const model = parseOnnx(bytes);
  const again = model.graph(bindingsFor(model, inputs));
  verify(again);
  return differences(graph, held(run(graph, inputs)), held(run(again, inputs)));
}

/** What differs between a graph, by the definitions, and its ONNX file in onnxruntime. */
export async function differencesInOnnxruntime(
  graph: Graph,
  bytes: Uint8Array,
  inputs: readonly Tensor[],
): Promise<string[]> {
  const got = await runInOnnxruntime(bytes, inputs);
  return differences(graph, held(run(graph, inputs)), got.map(toDense));
}
