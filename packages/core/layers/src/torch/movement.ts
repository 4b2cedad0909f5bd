import { need, normalAxis, type PadMode, type Pair } from '@polyphase/ir';
import { needRank, oneOf, type PerAxis } from '../arguments.ts';
import { building, type Flow, type Named, type Operand } from '../flow.ts';
import * as layers from '../ir/index.ts';

export interface CatArguments extends Named {
  /** Default 0. */
  readonly dim?: number | undefined;
}

/** torch.cat. @throws PP2001 to PP2003. */
export const cat = (xs: readonly Operand[], { dim = 0, name = 'cat' }: CatArguments = {}): Flow =>
  layers.concat(xs, { axis: dim, name });

export interface FlattenArguments extends Named {
  /** Default 1. */
  readonly start_dim?: number | undefined;
  /** Default -1. */
  readonly end_dim?: number | undefined;
}

/** torch.nn.Flatten: the axes from start_dim to end_dim as one. @throws PP2003. */
export const Flatten = (x: Operand, args: FlattenArguments = {}): Flow =>
  building('Flatten', args, (name) => {
    const rank = x.shape.length;
    const [start, end] = [normalAxis(args.start_dim ?? 1, rank), normalAxis(args.end_dim ?? -1, rank)];
    need(start <= end, 'PP2003', () => [
      `start_dim is ${start} and end_dim is ${end}`,
      'Give start_dim first',
    ]);
    return layers.reshape(x, [...x.shape.slice(0, start), -1, ...x.shape.slice(end + 1)], { name });
  });

const modes = { constant: 'constant', reflect: 'reflect', replicate: 'edge', circular: 'wrap' } as const;

export interface PadArguments extends Named {
  /** (begin, end) of the last axis, then of the one before it, and so on. */
  readonly pad: readonly number[];
  /** Default 'constant'. */
  readonly mode?: keyof typeof modes | undefined;
  /** What the mode 'constant' adds. Default 0. */
  readonly value?: number | undefined;
}

/** torch.nn.functional.pad; negative entries crop. @throws PP2002 to PP2004. */
export const pad = (x: Operand, args: PadArguments): Flow =>
  building('pad', args, (name) => {
    const { mode = 'constant', value } = args;
    oneOf('mode', mode, Object.keys(modes) as (keyof typeof modes)[]);
    return padLast(x, args.pad, modes[mode], value, name);
  });

function padLast(
  x: Operand,
  pad: readonly number[],
  mode: PadMode,
  value: number | undefined,
  name: string,
): Flow {
  const rank = x.shape.length;
  need(pad.length % 2 === 0 && pad.length <= 2 * rank, 'PP2003', () => [
    `pad has ${pad.length} entries for ${rank} axes`,
    'Give begin and end of the last axis, then of the one before it',
  ]);
  const count = pad.length / 2;
  const pads = Array.from({ length: count }, (_, i): Pair => [pad[2 * i]!, pad[2 * i + 1]!]);
  const axes = pads.map((_, i) => rank - 1 - i);
  return layers.pad(x, { pads, axes, mode, value, name });
}

export interface PadLayerArguments extends Named {
  /** One number for every end, or (left, right, top, bottom...). */
  readonly padding: PerAxis;
}

const padNd =
  (kind: string, axes: number, mode: PadMode) =>
  (x: Operand, args: PadLayerArguments): Flow =>
    building(kind, args, (name) => {
      needRank(x, axes + 2, '[N, C, spatial]');
      const { padding } = args;
      const ends = typeof padding === 'number' ? new Array<number>(2 * axes).fill(padding) : padding;
      return padLast(x, ends, mode, undefined, name);
    });

/** torch.nn.ZeroPad2d: x [N, C, H, W]. @throws PP2002 to PP2004. */
export const ZeroPad2d = padNd('ZeroPad2d', 2, 'constant');
/** torch.nn.ReflectionPad1d: x [N, C, L]. @throws PP2002 to PP2004. */
export const ReflectionPad1d = padNd('ReflectionPad1d', 1, 'reflect');
/** torch.nn.ReflectionPad2d: x [N, C, H, W]. @throws PP2002 to PP2004. */
export const ReflectionPad2d = padNd('ReflectionPad2d', 2, 'reflect');
/** torch.nn.ReplicationPad1d: x [N, C, L]. @throws PP2002 to PP2004. */
export const ReplicationPad1d = padNd('ReplicationPad1d', 1, 'edge');
/** torch.nn.ReplicationPad2d: x [N, C, H, W]. @throws PP2002 to PP2004. */
export const ReplicationPad2d = padNd('ReplicationPad2d', 2, 'edge');
/** torch.nn.ReplicationPad3d: x [N, C, D, H, W]. @throws PP2002 to PP2004. */
export const ReplicationPad3d = padNd('ReplicationPad3d', 3, 'edge');
