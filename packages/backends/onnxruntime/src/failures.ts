import { type Node, PolyphaseError, place } from '@polyphase/ir';

export const messageOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, ' ').trim();

/** The layer that an error of onnxruntime names: its ONNX nodes are called after the layers that they are parts of. */
export function namedLayer(message: string, layers: readonly Node[]): Node | undefined {
  const name = /(?:Name:'|node with name '|Node \(")([^'"]*)/.exec(message)?.[1];
  if (!name) return undefined;
  const isPart = (layer: Node): boolean =>
    name === layer.name || (name.startsWith(layer.name) && /^[/_]/.test(name.slice(layer.name.length)));
  return layers.filter(isPart).sort((a, b) => b.name.length - a.name.length)[0];
}

/** That the session would run a layer on the processor, which it was told not to do. */
export const isFallback = (cause: unknown): boolean =>
  /fallback to CPU EP has been explicitly disabled/i.test(messageOf(cause));

/** That there is no kernel for an operator at all. */
export const isMissingKernel = (cause: unknown): boolean =>
  /NOT_IMPLEMENTED|Could not find an implementation/.test(messageOf(cause));

const isDeviceLost = (message: string): boolean =>
  /out of memory|failed to allocate memory|device (was |is |has been )?lost|CUDA failure|CUDNN failure|bad_?alloc/i.test(
    message,
  );

/** Without what the error of ours says by itself, and without the place in onnxruntime's source. */
const reasonIn = (message: string): string =>
  message
    .replace(/^Non-zero status code returned while running \w+ node\. Name:'[^']*' Status Message: /, '')
    .replace(/^\/\S+:\d+ [^()]*\([^()]*\)(?: const)? /, '');

/** A failed run as an error of ours, with the layer's name where onnxruntime gives it. */
export function runFailure(
  cause: unknown,
  region: string,
  backend: string,
  layers: readonly Node[],
): PolyphaseError {
  const message = messageOf(cause);
  const layer = namedLayer(message, layers);
  const lost = isDeviceLost(message);
  return new PolyphaseError(lost ? 'PP4008' : 'PP4007', {
    at: layer ? place(layer) : `${region} on ${backend}`,
    problem: `onnxruntime failed while running it: ${reasonIn(message)}`,
    fix: lost
      ? 'Run smaller inputs, or put another backend first'
      : 'Put another backend first, and report this with the model',
    cause,
  });
}

export function compileFailure(
  cause: unknown,
  region: string,
  backend: string,
  layers: readonly Node[],
): PolyphaseError {
  const message = messageOf(cause);
  const layer = namedLayer(message, layers);
  return new PolyphaseError(isDeviceLost(message) ? 'PP4008' : 'PP3005', {
    at: layer ? place(layer) : `${region} on ${backend}`,
    problem: `onnxruntime made no session of it: ${message}`,
    fix: 'Put another backend first, and report this with the model',
    cause,
  });
}
