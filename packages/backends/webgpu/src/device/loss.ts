import { PolyphaseError } from '@polyphase/ir';

/** Waits a little for the news that a device is gone, which may come after the failures that this makes. */
async function lossBehind(device: GPUDevice): Promise<GPUDeviceLostInfo | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, 50, undefined);
  });
  const loss = await Promise.race([device.lost, soon]);
  clearTimeout(timer);
  return loss;
}

/** What a failure of a device means to a caller: the device is gone, or something is wrong. */
export async function failureOf(device: GPUDevice, at: string, cause: unknown): Promise<PolyphaseError> {
  if (cause instanceof PolyphaseError) return cause;
  const loss = await lossBehind(device);
  if (loss) return lostDevice(at, loss, cause);
  return new PolyphaseError('PP4007', {
    at,
    problem: `the WebGPU device says: ${(cause as Error).message}`,
    fix: 'Report this as a defect',
    cause,
  });
}

export const lostDevice = (
  at: string,
  { reason, message }: GPUDeviceLostInfo,
  cause?: unknown,
): PolyphaseError =>
  new PolyphaseError('PP4008', {
    at,
    problem: `the WebGPU device is lost (${reason}${message ? `: ${message}` : ''})`,
    fix: 'Run the model again: a new device is opened, unless you gave it yours',
    cause,
  });

/** Throws what the scopes of a run have caught. @throws PP4008 when memory is out. */
export function throwCaught(at: string, invalid: GPUError | null, outOfMemory: GPUError | null): void {
  if (outOfMemory)
    throw new PolyphaseError('PP4008', {
      at,
      problem: `the WebGPU device is out of memory: ${outOfMemory.message}`,
      fix: 'Dispose of tensors that are kept on it, or use smaller inputs',
      cause: outOfMemory,
    });
  if (invalid) throw new Error(invalid.message, { cause: invalid });
}
