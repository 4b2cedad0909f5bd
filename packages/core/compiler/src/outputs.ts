import { PolyphaseError, type Tensor } from '@polyphase/ir';
import type { AnyTensor, DeviceTensor, Observe } from '@polyphase/plugin';

/** Where an output is handed over. */
export type Side = 'host' | 'device';

/** One side for all outputs, or one for each; an output that is not named comes to the host. */
export type WantedOutputs<O extends string = string> = Side | { readonly [N in O]?: Side };

/** What one run may ask for. */
export interface ModelRunOptions<W extends WantedOutputs = WantedOutputs> {
  /**
   * Outputs that stay on the device are `DeviceTensor`s, which the caller disposes of. One that is made where there is no
   * device is given as a `DeviceTensor` of `host`, whose resource is the tensor. Default `host`.
   */
  readonly outputs?: W | undefined;
  /** Told how long each step took, where the backend can tell. */
  readonly observe?: Observe | undefined;
}

type On<S> = S extends 'device' ? DeviceTensor : Tensor;

/** The outputs by name, typed by what was asked for. */
export type Outputs<O extends string, W> = W extends Side
  ? Record<O, On<W>>
  : string extends O
    ? { [N in keyof W]: On<W[N]> } & Record<string, AnyTensor>
    : { [N in O]: N extends keyof W ? On<W[N]> : Tensor };

/** The side on which an output is wanted. */
export function sideOf(wanted: WantedOutputs | undefined, name: string): Side {
  if (typeof wanted !== 'object') return wanted ?? 'host';
  return (Object.hasOwn(wanted, name) ? wanted[name] : undefined) ?? 'host';
}

/** @throws PP4002 when an output is asked for that the model does not have. */
export function checkWanted(outputs: readonly string[], wanted: WantedOutputs | undefined): void {
  if (typeof wanted !== 'object') return;
  for (const name of Object.keys(wanted)) {
    if (outputs.includes(name)) continue;
    throw new PolyphaseError('PP4002', {
      at: `output ${name}`,
      problem: 'the model has no output of this name',
      fix: `Its outputs are: ${outputs.join(', ')}`,
    });
  }
}

/** A tensor on the host as one of a device, for callers that asked for one and got it from a backend without. */
export const onHostDevice = (tensor: Tensor): DeviceTensor<Tensor> => ({
  dtype: tensor.dtype,
  shape: tensor.shape,
  device: 'host',
  resource: tensor,
  read: async () => tensor,
  dispose: () => {},
});
