import type { Rank, Tensor4D } from '@tensorflow/tfjs-core';
import type { Layer, LayerSpec, ResizeConvSpec, ResizeSpec, Shape4 } from '../cases/layers.ts';
import type { Runtime } from './contestant.ts';
import { permute } from './permute.ts';

type Tf = typeof import('@tensorflow/tfjs-core');

async function loadWasm(threads: number): Promise<Tf> {
  const tf = await import('@tensorflow/tfjs-core');
  const { setThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
  setThreadsCount(threads);
  await tf.setBackend('wasm');
  return tf;
}

async function loadWebgpu(): Promise<Tf> {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-webgpu');
  if (await tf.setBackend('webgpu')) return tf;
  throw new Error('TensorFlow.js finds no WebGPU adapter');
}

export function tfjsWasm(threads: number): Runtime {
  const runtime = tfjs(
    'tfjs wasm',
    () => loadWasm(threads),
    async (tf, compute) => {
      let output: Float32Array | undefined;
      // Not returned through tidy, which would look for tensors in each of its elements.
      tf.tidy(() => {
        output = compute().dataSync<'float32'>();
      });
      return output!;
    },
  );
  return threads === 1 ? runtime : { ...runtime, refuses: () => 'it has one thread in Node' };
}

export const tfjsWebgpu = (): Runtime =>
  tfjs('tfjs webgpu', loadWebgpu, async (tf, compute) => {
    const y = tf.tidy(compute);
    const output = await y.data<'float32'>();
    y.dispose();
    return output;
  });

/** Works on channels-last tensors; the input arrives as one, as it would in a network of TensorFlow.js. */
const tfjs = (
  name: string,
  load: () => Promise<Tf>,
  read: (tf: Tf, compute: () => Tensor4D) => Promise<Float32Array>,
): Runtime => ({
  name,
  refuses: ({ layer }) => (layer ? refusal(layer.spec) : 'it has no reader for ONNX files'),
  async prepare({ layer, feed: { shape, data } }) {
    const tf = await load();
    const { apply, weights } = layerOf(tf, layer!);
    const [n, c, h, w] = shape as Shape4;
    const pixels = permute(data, shape, [0, 2, 3, 1]);
    const [, channels, height, width] = layer!.outputShape;
    return {
      name,
      run: () => read(tf, () => apply(tf.tensor4d(pixels, [n, h, w, c]))),
      ordered: (output) => permute(output, [n, height, width, channels], [0, 3, 1, 2]),
      close: async () => weights?.dispose(),
    };
  },
});

function refusal(spec: LayerSpec): string | undefined {
  if (spec.op !== 'ConvTranspose') return spec.mode === 'cubic' ? 'it has no cubic resizing' : undefined;
  return (spec.group ?? 1) > 1 ? 'its conv2dTranspose has no groups' : undefined;
}

interface TfLayer {
  readonly weights: Tensor4D | undefined;
  apply(x: Tensor4D): Tensor4D;
}

function layerOf(tf: Tf, { spec, weights, outputShape }: Layer): TfLayer {
  const [n, channels, height, width] = outputShape;
  if (spec.op === 'Resize') return { weights: undefined, apply: (x) => resize(tf, x, spec, [height, width]) };
  // [Cin, Cout, kh, kw] -> [kh, kw, Cout, Cin], and [Cout, Cin, kh, kw] -> [kh, kw, Cin, Cout].
  const w = permutedTensor(tf, weights!, spec.w, [2, 3, 1, 0]);
  const [pad] = spec.pads;
  if (spec.op === 'Resize+Conv')
    return { weights: w, apply: (x) => tf.conv2d(resize(tf, x, spec, [height, width]), w, 1, pad) };
  const shape: [number, number, number, number] = [n, height, width, channels];
  const [sy, sx] = spec.strides;
  return { weights: w, apply: (x) => tf.conv2dTranspose(x, w, shape, [sy, sx], pad, 'floor') };
}

function resize(tf: Tf, x: Tensor4D, spec: ResizeSpec | ResizeConvSpec, size: [number, number]): Tensor4D {
  const alignCorners = spec.coordinate_transformation_mode === 'align_corners';
  const halfPixel = spec.coordinate_transformation_mode === 'half_pixel';
  return spec.mode === 'nearest'
    ? tf.image.resizeNearestNeighbor(x, size, alignCorners, halfPixel)
    : tf.image.resizeBilinear(x, size, alignCorners, halfPixel);
}

function permutedTensor(tf: Tf, data: Float32Array, shape: Shape4, axes: readonly number[]): Tensor4D {
  const permuted = axes.map((axis) => shape[axis]!);
  return tf.tensor<Rank.R4>(permute(data, shape, axes), permuted as [number, number, number, number]);
}
