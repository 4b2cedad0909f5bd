import { PolyphaseError, type StaticType, sizeOf } from '@polyphase/ir';
import type { Gpu } from './device/gpu.ts';
import { bytesFor } from './storage.ts';
import { BufferTensor, type GpuTensor, usages } from './tensors.ts';

/** Pictures of a browser, and textures anywhere. */
export type ImageSource = GPUTexture | GPUCopyExternalImageSource;

export interface ImageOptions {
  /** Where the channels are: `nchw` is [1, 3, height, width]. Default: 'nchw'. */
  readonly layout?: 'nchw' | 'nhwc' | undefined;
  /** Which channels, in this order. Default: 'rgb'. */
  readonly channels?: 'rgb' | 'bgr' | 'gray' | undefined;
  /** What black and white are. Default: '0-1'. */
  readonly range?: '0-1' | '0-255' | '-1-1' | undefined;
  /** Taken from the values in `range`, then they are divided by `std`: one number, or one a channel in their order. */
  readonly mean?: readonly number[] | undefined;
  readonly std?: readonly number[] | undefined;
}

const ranges = { '0-1': [0, 1], '0-255': [0, 255], '-1-1': [-1, 1] } as const;
const components = {
  rgb: ['pixel.r', 'pixel.g', 'pixel.b'],
  bgr: ['pixel.b', 'pixel.g', 'pixel.r'],
  gray: ['dot(pixel.rgb, vec3<f32>(0.299, 0.587, 0.114))'],
} as const;

/** GPUTextureUsage. */
const textureUsages = { copyTo: 2, binding: 4, attachment: 16 } as const;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The shader that makes a tensor of a texture's pixels, and the tensor's type. */
export function imageShader({ width, height }: Size, options: ImageOptions) {
  const { layout = 'nchw', channels = 'rgb', range = '0-1', mean = [0], std = [1] } = options;
  const own = components[channels];
  const [low, high] = ranges[range];
  const [means, deviations] = [perChannel('mean', mean, own.length), perChannel('std', std, own.length)];
  const place = (channel: number): string =>
    layout === 'nchw'
      ? `${channel * width * height}u + id.y * ${width}u + id.x`
      : `(id.y * ${width}u + id.x) * ${own.length}u + ${channel}u`;
  const stores = own.map((component, i) => {
    const scale = (high - low) / deviations[i]!;
    const offset = (low - means[i]!) / deviations[i]!;
    return `  x[${place(i)}] = ${component} * ${number(scale)} + ${number(offset)};`;
  });
  const code = `@group(0) @binding(0) var image: texture_2d<f32>;
@group(0) @binding(1) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= ${width}u || id.y >= ${height}u) { return; }
  let pixel = textureLoad(image, id.xy, 0);
${stores.join('\n')}
}
`;
  const plane = [height, width];
  const shape = layout === 'nchw' ? [1, own.length, ...plane] : [1, ...plane, own.length];
  return { code, type: { dtype: 'float32', shape } as const satisfies StaticType };
}

/** As a literal. */
const number = (value: number): string => `f32(${Number(value.toPrecision(9))})`;

function perChannel(name: string, values: readonly number[], channels: number): readonly number[] {
  if (values.length === channels) return values;
  if (values.length === 1) return Array.from({ length: channels }, () => values[0]!);
  throw new PolyphaseError('PP5003', {
    at: 'fromImage',
    problem: `${name} has ${values.length} values for ${channels} channels`,
    fix: `Give one value, or ${channels}`,
  });
}

/** The pixels of a picture or texture as a float32 tensor on the device; nothing is read back. */
export async function tensorOfImage(
  gpu: Gpu,
  source: ImageSource,
  options: ImageOptions,
): Promise<GpuTensor> {
  const { device } = gpu;
  const texture = isTexture(source) ? source : copyOf(device, source);
  const { code, type } = imageShader(texture, options);
  const pipeline = await imagePipeline(gpu, code);
  const usage = usages.storage | usages.copyFrom | usages.copyTo;
  const buffer = device.createBuffer({ label: 'image', size: bytesFor(sizeOf(type.shape), 'f32'), usage });
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [
      { binding: 0, resource: texture.createView() },
      { binding: 1, resource: { buffer } },
    ],
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(Math.ceil(texture.width / 8), Math.ceil(texture.height / 8));
  pass.end();
  device.queue.submit([encoder.finish()]);
  if (texture !== source) texture.destroy();
  return new BufferTensor(device, { type, storage: 'f32', buffer }, true);
}

const isTexture = (source: ImageSource): source is GPUTexture => 'createView' in source;

function imagePipeline({ device, imagePipelines }: Gpu, code: string): Promise<GPUComputePipeline> {
  const known = imagePipelines.get(code);
  if (known) return known;
  const module = device.createShaderModule({ label: 'image', code });
  const pipeline = device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module, entryPoint: 'main' },
  });
  imagePipelines.set(code, pipeline);
  return pipeline;
}

function copyOf(device: GPUDevice, source: GPUCopyExternalImageSource): GPUTexture {
  const { width, height } = sizeIn(source);
  const usage = textureUsages.copyTo | textureUsages.binding | textureUsages.attachment;
  const texture = device.createTexture({ size: [width, height], format: 'rgba8unorm', usage });
  device.queue.copyExternalImageToTexture({ source }, { texture }, [width, height]);
  return texture;
}

/** Pictures and videos of a page have a size of their own besides that of their elements. */
function sizeIn(source: GPUCopyExternalImageSource): Size {
  if ('naturalWidth' in source) return { width: source.naturalWidth, height: source.naturalHeight };
  if ('videoWidth' in source) return { width: source.videoWidth, height: source.videoHeight };
  if ('displayWidth' in source) return { width: source.displayWidth, height: source.displayHeight };
  return { width: source.width, height: source.height };
}
