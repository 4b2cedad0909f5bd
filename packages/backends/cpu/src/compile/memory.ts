import { PolyphaseError } from '@polyphase/ir';
import type { Layout } from './layout.ts';

const pageBytes = 65536;
/** What 32-bit addresses reach. */
export const mostBytes = 65536 * pageBytes;

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** Memory for a layout. @throws PP3004 when that is more than allowed, or than the runtime gives. */
export function allocate(layout: Layout, name: string, limit: number): WebAssembly.Memory {
  const most = Math.min(limit, mostBytes);
  if (layout.total > most) throw tooLarge(layout, name, `the cpu backend may use ${mebibytes(most)}`);
  try {
    return new WebAssembly.Memory({ initial: Math.ceil(layout.total / pageBytes) });
  } catch (cause) {
    throw tooLarge(layout, name, 'the runtime does not give that much', cause);
  }
}

function tooLarge(layout: Layout, name: string, why: string, cause?: unknown): PolyphaseError {
  const { total, constants, activations, scratch } = layout;
  const parts = `weights ${mebibytes(constants)}, activations ${mebibytes(activations)}, scratch ${mebibytes(scratch)}`;
  return new PolyphaseError('PP3004', {
    at: name,
    problem: `it needs ${mebibytes(total)} (${parts}), ${why}`,
    fix: 'Use smaller inputs, or raise maxMemory where it is set',
    cause,
  });
}
