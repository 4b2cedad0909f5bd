import {
  defaultSetting,
  gridOf,
  type LayerSetting,
  type Transposed,
  takeApart,
  type Vocabulary,
} from '@polyphase/drawing';
import { PolyphaseError } from '@polyphase/ir';

/** What stands in the kernel. */
export type KernelNumbers = 'count' | 'ones' | 'tent';

export interface LayersState {
  readonly setting: LayerSetting;
  readonly numbers: KernelNumbers;
}

const vocabularies: readonly Vocabulary[] = ['torch', 'keras', 'onnx'];
export const most = { input: 5, kernel: 6, stride: 4, dilation: 3, padding: 6, outputPadding: 3 } as const;

/** What the address says; what it says wrongly becomes the default. */
export function stateFrom(query: URLSearchParams): LayersState {
  const count = (key: string, otherwise: number, least: number, greatest: number): number => {
    const value = Number(query.get(key) ?? otherwise);
    return Number.isInteger(value) && value >= least && value <= greatest ? value : otherwise;
  };
  const named = query.get('as') as Vocabulary;
  const numbers = query.get('numbers') as KernelNumbers;
  return {
    setting: {
      vocabulary: vocabularies.includes(named) ? named : defaultSetting.vocabulary,
      input: [count('rows', 2, 1, most.input), count('columns', 2, 1, most.input)],
      kernel: count('kernel', 2, 1, most.kernel),
      stride: count('stride', 1, 1, most.stride),
      dilation: count('dilation', 1, 1, most.dilation),
      padding: [count('begin', 0, 0, most.padding), count('end', 0, 0, most.padding)],
      same: query.get('same') === '1',
      outputPadding: count('output', 0, 0, most.outputPadding),
    },
    numbers: ['count', 'ones', 'tent'].includes(numbers) ? numbers : 'count',
  };
}

/** The state for the address, without what is the default. */
export function queryOf({ setting, numbers }: LayersState): Readonly<Record<string, string>> {
  const all = {
    as: [setting.vocabulary, 'torch'],
    rows: [setting.input[0], 2],
    columns: [setting.input[1], 2],
    kernel: [setting.kernel, 2],
    stride: [setting.stride, 1],
    dilation: [setting.dilation, 1],
    begin: [setting.padding[0], 0],
    end: [setting.padding[1], 0],
    same: [setting.same ? 1 : 0, 0],
    output: [setting.outputPadding, 0],
    numbers: [numbers, 'count'],
  } as const;
  return Object.fromEntries(
    Object.entries(all)
      .filter(([, [value, otherwise]]) => value !== otherwise)
      .map(([key, [value]]) => [key, `${value}`]),
  );
}

/** A tent: what bilinear interpolation by the stride would have as its kernel. */
const tent = (k: number, i: number): number => (Math.min(i, k - 1 - i) + 1) / Math.ceil(k / 2);

const kernelValue: Readonly<Record<KernelNumbers, (k: number, row: number, column: number) => number>> = {
  count: (k, row, column) => row * k + column + 1,
  ones: () => 1,
  tent: (k, row, column) => tent(k, row) * tent(k, column),
};

/** The layer taken apart, or why there is none. */
export function layerFrom({ setting, numbers }: LayersState): Transposed | PolyphaseError {
  const [rows, columns] = setting.input;
  const k = setting.kernel;
  try {
    return takeApart(
      setting,
      gridOf(rows, columns, (row, column) => row * columns + column + 1),
      gridOf(k, k, (row, column) => kernelValue[numbers](k, row, column)),
    );
  } catch (error) {
    if (error instanceof PolyphaseError) return error;
    throw error;
  }
}
