import { axisTable, conv, convTranspose, isOp, type Node, slice, upsample } from '@polyphase/ir';
import { guardedDivision } from '../forms/divisions.ts';
import { where } from '../forms/form.ts';
import { groupByGroup } from '../forms/groups.ts';
import { phaseByPhase } from '../forms/phases.ts';
import { poolAsConv } from '../forms/pools.ts';
import { sliceAsGather } from '../forms/slices.ts';
import { spaceAsTranspose } from '../forms/spaces.ts';
import type { Provider } from './provider.ts';
import { webgpuKernels } from './webgpu-kernels.ts';

/**
 * ConvTranspose of volumes ends the run, and from an even number of channels to one in each group it is wrong.
 */
function isMistransposed(node: Node): boolean {
  if (!isOp(node, convTranspose)) return false;
  const { groups } = node.attributes;
  const [channels, outPerGroup, ...kernel] = node.inputs[1]!.type.shape as [number, number, ...number[]];
  return kernel.length === 3 || (groups > 1 && outPerGroup === 1 && (channels / groups) % 2 === 0);
}

/** Conv of volumes takes no groups. */
const isGroupedVolume = (node: Node): boolean =>
  isOp(node, conv) && node.attributes.groups > 1 && node.attributes.stride.length === 3;

/** Its Slice steps backwards to the wrong elements, and has no kernel for integers. */
function isMissliced(node: Node): boolean {
  if (!isOp(node, slice)) return false;
  return node.attributes.step.some((each) => each < 0) || !node.inputs[0]!.type.dtype.startsWith('float');
}

const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value));

/**
 * Resize ends the run with antialiasing, is wrong for smooth filters of axes that are not the last ones, loses digits in
 * cubic weights, and divides for its coordinates in float32, which only powers of two survive in any shader.
 */
function isMisresized(node: Node): boolean {
  if (!isOp(node, upsample)) return false;
  const { axes } = node.attributes;
  const rank = node.inputs[0]!.type.shape.length;
  return axes.some((spec) => {
    if (spec.antialias) return true;
    if (spec.filter.kind === 'nearest') return !isPowerOfTwo((spec.to as number) / (spec.from as number));
    return spec.filter.kind !== 'linear' || spec.axis < rank - 2 || axisTable(spec).outside !== undefined;
  });
}

export const webgpu: Provider = {
  name: 'webgpu',
  backend: 'onnxruntime:webgpu',
  title: 'a GPU through WebGPU',
  platforms: ['linux-x64', 'win32-x64', 'win32-arm64', 'darwin-arm64'],
  // Its ConvTranspose ends at 21; GroupNormalization of 21 would leave it, of 20 it is composed.
  opset: 20,
  isDevice: true,
  kernels: webgpuKernels,
  lacks: [
    {
      of: ({ inputs, outputs }) => [...inputs, ...outputs].some((value) => value?.type.shape.includes(0)),
      why: 'a shader cannot run over no elements',
    },
    {
      of: (node) =>
        isGroupedVolume(node) && !(node.inputs[1]!.constant && (node.inputs[2]?.constant ?? true)),
      why: 'its Conv of volumes has no groups, and other forms need weights that are known beforehand',
    },
    {
      of: (node) => isMistransposed(node) && !node.inputs[1]!.constant,
      why: 'its ConvTranspose is wrong for these channels or axes, and other forms need weights that are known beforehand',
    },
  ],
  avoids: isMisresized,
  needed: [
    guardedDivision,
    where(isMistransposed, phaseByPhase),
    where(isGroupedVolume, groupByGroup),
    where(isMissliced, sliceAsGather),
    poolAsConv,
    spaceAsTranspose,
  ],
  faster: [],
  entry: () => 'webgpu',
};
