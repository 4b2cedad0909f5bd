import { type Node, type UpsampleAttributes, upsample } from '@polyphase/ir';
import { guardedDivision } from '../forms/divisions.ts';
import type { OnnxruntimeOptions } from '../options.ts';
import type { Provider } from './provider.ts';

const resampled = (node: Node): UpsampleAttributes | undefined =>
  node.op === upsample.name ? (node.attributes as UpsampleAttributes) : undefined;

/**
 * What onnxruntime's CUDA kernels of Resize compute otherwise: cubic with antialiasing takes another coefficient
 * (onnxruntime#25264), linear of volumes another coordinate for odd lengths (#12091).
 */
const isMisread = (node: Node): boolean => {
  const axes = resampled(node)?.axes ?? [];
  const smooth = axes.filter(({ filter }) => filter.kind !== 'nearest');
  return smooth.length > 2 || smooth.some(({ filter, antialias }) => filter.kind === 'cubic' && antialias);
};

const onDevice = ({ deviceId = 0 }: OnnxruntimeOptions) => deviceId;

/** Their kernels are not declared: what would leave one of these is found when a session is made. */
const common = { opset: 21, isDevice: true, lacks: [], needed: [guardedDivision], faster: [] } as const;

export const cuda: Provider = {
  ...common,
  name: 'cuda',
  backend: 'cuda',
  title: 'an NVIDIA GPU',
  platforms: ['linux-x64'],
  avoids: isMisread,
  entry: (options) => ({ name: 'cuda', deviceId: onDevice(options) }),
};

export const tensorrt: Provider = {
  ...common,
  name: 'tensorrt',
  backend: 'onnxruntime:tensorrt',
  title: 'TensorRT on an NVIDIA GPU',
  platforms: ['linux-x64'],
  avoids: isMisread,
  entry: (options) => ({ name: 'tensorrt', deviceId: onDevice(options) }),
};

export const dml: Provider = {
  ...common,
  name: 'dml',
  backend: 'onnxruntime:dml',
  title: 'DirectML',
  platforms: ['win32-x64', 'win32-arm64'],
  avoids: isMisread,
  entry: (options) => ({ name: 'dml', deviceId: onDevice(options) }),
};

/** Flags of onnxruntime's Core ML provider; 0x10 makes an ML program, which has more operators than the older form. */
const coreMlFlags = { all: 0x10, cpu: 0x11, cpuAndGpu: 0x30, cpuAndNeuralEngine: 0x14 } as const;

export const coreml: Provider = {
  ...common,
  name: 'coreml',
  backend: 'onnxruntime:coreml',
  title: 'Core ML',
  platforms: ['darwin-arm64'],
  avoids: isMisread,
  entry: ({ computeUnits = 'all' }) => ({ name: 'coreml', coreMlFlags: coreMlFlags[computeUnits] }),
};
