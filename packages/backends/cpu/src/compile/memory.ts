import { PolyphaseError } from '@polyphase/ir';
import type { Layout } from './layout.ts';

const pageBytes = 65536;
/** What a module may declare at most. */
export const mostPages = 65536;
/** What 32-bit addresses reach. */
export const mostBytes = mostPages * pageBytes;

const units = ['bytes', 'KiB', 'MiB', 'GiB'];

/** `1.5 MiB`. */
function sizeText(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${units[power]}`;
}

interface Request {
  readonly name: string;
  /** In bytes. */
  readonly limit: number;
  /** For several threads. */
  readonly shared: boolean;
}

/** Memory for a layout. @throws PP3004 when that is more than allowed, or than the runtime gives. */
export function allocate(layout: Layout, { name, limit, shared }: Request): WebAssembly.Memory {
  const most = Math.min(limit, mostBytes);
  if (layout.total > most) throw tooLarge(layout, name, `the cpu backend may use ${sizeText(most)}`);
  try {
    const initial = Math.ceil(layout.total / pageBytes);
    return new WebAssembly.Memory(shared ? { initial, maximum: initial, shared } : { initial });
  } catch (cause) {
    throw tooLarge(layout, name, 'the runtime does not give that much', cause);
  }
}

function tooLarge(layout: Layout, name: string, why: string, cause?: unknown): PolyphaseError {
  const { total, constants, activations, scratch } = layout;
  const parts = `weights ${sizeText(constants)}, activations ${sizeText(activations)}, scratch ${sizeText(scratch)}`;
  return new PolyphaseError('PP3004', {
    at: name,
    problem: `it needs ${sizeText(total)} (${parts}), ${why}`,
    fix: 'Use smaller inputs, or raise maxMemory where it is set',
    cause,
  });
}
