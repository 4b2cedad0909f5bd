import { PolyphaseError } from '@polyphase/ir';
import type { Layer } from '../topology/network.ts';
import { activations } from './activation.ts';
import { convolutions } from './convolution.ts';
import { normalizations } from './normalization.ts';
import { operations } from './operations.ts';
import { type CustomLayers, customRow, type LayerRow } from './row.ts';
import { spatial } from './space.ts';
import { structure } from './structure.ts';

/** Every class of layers that is read, by Keras' name. */
export const layerRows: Readonly<Record<string, LayerRow>> = {
  ...structure,
  ...convolutions,
  ...spatial,
  ...activations,
  ...normalizations,
};

/** HDF5 files do not name the module; every layer, though, has a dtype or can be trained. */
const isOperation = ({ module, config, className }: Layer): boolean =>
  module === ''
    ? Object.hasOwn(operations, className) && !config.has('trainable') && !config.has('dtype')
    : /^keras\.(src\.)?ops\b/.test(module);

/** What the layer means; the user's own classes go first. @throws PP1004 for a class that is not known. */
export function rowOf(layer: Layer, customLayers: CustomLayers): LayerRow {
  if (Object.hasOwn(customLayers, layer.className)) return customRow(customLayers[layer.className]!);
  const table = isOperation(layer) ? operations : layerRows;
  if (Object.hasOwn(table, layer.className)) return table[layer.className]!;
  const isCode = ['Lambda', 'TFOpLambda', 'SlicingOpLambda'].includes(layer.className);
  throw new PolyphaseError('PP1004', {
    at: `${layer.name} (${layer.className})`,
    problem: isCode
      ? 'what it computes is Python code, which the file has no meaning for'
      : `the ${isOperation(layer) ? 'operation' : 'layer'} is not supported`,
    fix: isCode
      ? 'Replace it by layers, or export the model to ONNX'
      : `Give the option customLayers: { ${layer.className}: (x) => ... }; known are ${Object.keys(table).join(', ')}`,
  });
}
