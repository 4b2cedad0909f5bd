import type { Hdf5 } from './hdf5.ts';
import { missing, namedWeights, type Place, type Weights } from './weights.ts';

/** The weights of an HDF5 file of any Keras: a whole model (`.h5`), or weights alone (`.weights.h5`). */
export function hdf5Weights(file: Hdf5): Weights {
  const root = file.names('model_weights') ? 'model_weights' : '';
  return file.texts(root, 'layer_names') ? namedFile(file, root) : numberedFile(file);
}

/** Keras 1 and 2, and `.h5` of Keras 3: a group for each layer that lists the names of its weights. */
function namedFile(file: Hdf5, root: string): Weights {
  const weights = file.texts(root, 'layer_names')!.flatMap((group) => {
    const names = file.texts(`${root}/${group}`, 'weight_names') ?? [];
    return names.map((name) => ({ name, group, read: () => file.tensor(`${root}/${group}/${name}`)! }));
  });
  return namedWeights(weights);
}

/** Keras 3: `layers/conv2d_1/vars/0`, by class and by the order of the layers, since names are made up at will. */
function numberedFile(file: Hdf5): Weights {
  return {
    of(place: Place, names) {
      const there = file.names(`${place.path}/vars`) ?? [];
      return names.map((name, i) => {
        const tensor = file.tensor(`${place.path}/vars/${i}`);
        if (tensor) return tensor;
        throw missing(place, name.split('|')[0]!, `${there.length} at ${place.path}`);
      });
    },
  };
}
