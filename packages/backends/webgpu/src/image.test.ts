import { PolyphaseError, type Tensor } from '@polyphase/ir';
import { afterAll, expect, test } from 'vitest';
import { imageShader } from './image.ts';
import { webgpu } from './index.ts';

const gpu = webgpu();
afterAll(() => gpu.close());

/** Two pixels: orange and blue, a fifth of white. */
async function texture(): Promise<GPUTexture> {
  const device = await gpu.device();
  const image = device.createTexture({ size: [2, 1], format: 'rgba8unorm', usage: 2 | 4 });
  device.queue.writeTexture({ texture: image }, Uint8Array.of(255, 102, 0, 255, 0, 0, 51, 255), {}, [2, 1]);
  return image;
}

const near = ({ data }: Tensor): readonly number[] =>
  [...(data as Float32Array)].map((x) => Number(x.toFixed(4)));

test.each([
  { options: {}, shape: [1, 3, 1, 2], values: [1, 0, 0.4, 0, 0, 0.2] },
  { options: { layout: 'nhwc' }, shape: [1, 1, 2, 3], values: [1, 0.4, 0, 0, 0, 0.2] },
  { options: { channels: 'bgr', range: '0-255' }, shape: [1, 3, 1, 2], values: [0, 51, 102, 0, 255, 0] },
  { options: { channels: 'gray', range: '-1-1' }, shape: [1, 1, 1, 2], values: [0.0676, -0.9544] },
  { options: { mean: [0.5, 0.4, 0], std: [0.5] }, shape: [1, 3, 1, 2], values: [1, -1, 0, -0.8, 0, 0.4] },
] as const)('a texture as a tensor: $options', async ({ options, shape, values }) => {
  const image = await texture();
  const tensor = await gpu.fromImage(image, options);
  const read = await tensor.read();
  expect(read.shape).toEqual(shape);
  expect(near(read)).toEqual(values);
  tensor.dispose();
  image.destroy();
});

test('a number for each channel, or one', () => {
  const size = { width: 2, height: 2 };
  expect(() => imageShader(size, { mean: [1, 2] })).toThrow(PolyphaseError);
  expect(() => imageShader(size, { mean: [1, 2] })).toThrowErrorMatchingInlineSnapshot(
    `[PolyphaseError: [polyphase PP5003] fromImage: mean has 2 values for 3 channels. Give one value, or 3.]`,
  );
});

test('the shader of a picture', () => {
  expect(imageShader({ width: 640, height: 480 }, { mean: [0.5], std: [0.5] }).code).toMatchInlineSnapshot(`
    "@group(0) @binding(0) var image: texture_2d<f32>;
    @group(0) @binding(1) var<storage, read_write> x: array<f32>;

    @compute @workgroup_size(8, 8)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
      if (id.x >= 640u || id.y >= 480u) { return; }
      let pixel = textureLoad(image, id.xy, 0);
      x[0u + id.y * 640u + id.x] = pixel.r * f32(2) + f32(-1);
      x[307200u + id.y * 640u + id.x] = pixel.g * f32(2) + f32(-1);
      x[614400u + id.y * 640u + id.x] = pixel.b * f32(2) + f32(-1);
    }
    "
  `);
});
