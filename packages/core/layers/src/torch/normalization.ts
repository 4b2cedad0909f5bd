import { type Dim, need, printShape } from '@polyphase/ir';
import { filled, known, listOf, needRank } from '../arguments.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';

export interface AffineArguments extends Named {
  /** Default: 1 everywhere. */
  readonly weight?: Operand | undefined;
  /** Default: 0 everywhere. */
  readonly bias?: Operand | undefined;
  /** Default 1e-5. */
  readonly eps?: number | undefined;
}

function affineOf(x: Operand, { weight, bias, eps = 1e-5 }: AffineArguments, shape: readonly Dim[]) {
  const lengths = () => shape.map((length) => known(length, 'the number of channels'));
  return {
    scale: weight ?? filled(x.dtype, lengths(), 1),
    bias: bias ?? filled(x.dtype, lengths(), 0),
    epsilon: eps,
  };
}

export interface BatchNormArguments extends AffineArguments {
  /** [C]. */
  readonly running_mean: Operand;
  /** [C]. */
  readonly running_var: Operand;
}

const batchNormNd =
  (kind: string, axes: number) =>
  (x: Operand, args: BatchNormArguments): Flow =>
    building(kind, args, (name) => {
      if (axes > 1 || x.shape.length !== 2) needRank(x, axes + 2, '[N, C, spatial]');
      const { running_mean: mean, running_var: variance } = args;
      return layers.batchNormalization(x, { ...affineOf(x, args, mean.shape), mean, variance, name });
    });

/** torch.nn.BatchNorm1d in evaluation: x [N, C] or [N, C, L], everything else [C]. @throws PP2001 to PP2003. */
export const BatchNorm1d = batchNormNd('BatchNorm1d', 1);
/** torch.nn.BatchNorm2d in evaluation: x [N, C, H, W], everything else [C]. @throws PP2001 to PP2003. */
export const BatchNorm2d = batchNormNd('BatchNorm2d', 2);
/** torch.nn.BatchNorm3d in evaluation: x [N, C, D, H, W], everything else [C]. @throws PP2001 to PP2003. */
export const BatchNorm3d = batchNormNd('BatchNorm3d', 3);

const instanceNormNd =
  (kind: string, axes: number) =>
  (x: Operand, args: AffineArguments = {}): Flow =>
    building(kind, args, (name) => {
      needRank(x, axes + 2, '[N, C, spatial]');
      return layers.instanceNormalization(x, { ...affineOf(x, args, x.shape.slice(1, 2)), name });
    });

/** torch.nn.InstanceNorm1d: x [N, C, L], weight and bias [C]. @throws PP2001 to PP2003. */
export const InstanceNorm1d = instanceNormNd('InstanceNorm1d', 1);
/** torch.nn.InstanceNorm2d: x [N, C, H, W], weight and bias [C]. @throws PP2001 to PP2003. */
export const InstanceNorm2d = instanceNormNd('InstanceNorm2d', 2);
/** torch.nn.InstanceNorm3d: x [N, C, D, H, W], weight and bias [C]. @throws PP2001 to PP2003. */
export const InstanceNorm3d = instanceNormNd('InstanceNorm3d', 3);

export interface GroupNormArguments extends AffineArguments {
  readonly num_groups: number;
}

/** torch.nn.GroupNorm: x [N, C, ...], weight and bias [C]. @throws PP2001 to PP2003; PP2005. */
export const GroupNorm = (x: Operand, args: GroupNormArguments): Flow =>
  building('GroupNorm', args, (name) => {
    const affine = affineOf(x, args, x.shape.slice(1, 2));
    return layers.groupNormalization(x, { ...affine, groups: args.num_groups, name });
  });

export interface LayerNormArguments extends AffineArguments {
  /** The lengths of the last axes, which are normalised together; weight and bias have this shape. */
  readonly normalized_shape: number | readonly number[];
}

/** torch.nn.LayerNorm. @throws PP2001 to PP2003. */
export const LayerNorm = (x: Operand, args: LayerNormArguments): Flow =>
  building('LayerNorm', args, (name) => {
    const shape = listOf(args.normalized_shape);
    const axis = x.shape.length - shape.length;
    const fits =
      axis >= 0 && shape.every((length, i) => [length, 'string'].includes(lengthOrKind(x.shape[axis + i]!)));
    need(fits, 'PP2002', () => [
      `normalized_shape is ${printShape(shape)} for an x of shape ${printShape(x.shape)}`,
      'Give the last lengths of x',
    ]);
    return layers.layerNormalization(x, { ...affineOf(x, args, shape), axis, name });
  });

const lengthOrKind = (length: Dim): Dim => (typeof length === 'number' ? length : 'string');
