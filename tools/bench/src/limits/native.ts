import { exportOnnx } from '@polyphase/onnx';
import { input, model, onnx, tensor } from 'polyphase';
import { noise } from '../cases/noise.ts';
import { onnxruntimeNode } from '../contestants/onnxruntime.ts';

/** Rows, columns and products of each sum: large enough for the best speed, small enough for the second-level cache. */
const length = 384;
const warmRuns = 5;
const runs = 40;

/**
 * Floating-point operations a millisecond of native code: the fastest of several matrix products in onnxruntime-node, which
 * uses the widest vectors that the processor has where WebAssembly's have 128 bits.
 */
export async function nativeSpeed(threads: number): Promise<number> {
  const shape = [length, length];
  const square = noise(length * length);
  const product = model({ x: input(shape) }, ({ x }) => ({ y: onnx.MatMul(x, tensor(square, shape)) }));
  const contestant = await onnxruntimeNode(threads).prepare({
    name: 'matrix product',
    feed: { name: 'x', shape, data: square },
    model: () => product,
    onnx: exportOnnx(product.graph()),
  });
  const times: number[] = [];
  for (let run = 0; run < warmRuns + runs; run++) {
    const start = performance.now();
    await contestant.run();
    if (run >= warmRuns) times.push(performance.now() - start);
  }
  await contestant.close();
  return (2 * length ** 3) / Math.min(...times);
}
