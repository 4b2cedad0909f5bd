import { cpus } from 'node:os';
import { dawn } from './contestants/dawn.ts';
import { type Field, fieldOf } from './contestants/index.ts';
import { onnxruntimeNode } from './contestants/onnxruntime.ts';
import { tfjsWebgpu } from './contestants/tfjs.ts';
import { onnxruntimeNodeWebgpu, polyphaseWebgpu } from './contestants/webgpu.ts';
import { GpuLimits } from './limits/gpu.ts';
import { Limits } from './limits/limits.ts';
import { nativeSpeed } from './limits/native.ts';
import { relaxedSimdHere, turnOnRelaxedSimd } from './limits/relaxed.ts';
import type { BackendName, Options } from './options.ts';
import type { RaceOptions } from './race.ts';

/** Who races on what. */
export interface Arena {
  readonly machine: string;
  /** Of processors: the limits are those of relaxed SIMD. */
  readonly relaxed: boolean;
  /** What native code reaches on it, in operations a millisecond; undefined where that says nothing. */
  readonly native?: number;
  readonly field: Field;
  readonly limits: RaceOptions['limits'];
}

async function processor({ threads, relaxedSimd }: Options): Promise<Arena> {
  // Before the first WebAssembly module: V8 reads the flag when it compiles.
  if (relaxedSimd) turnOnRelaxedSimd();
  const relaxed = relaxedSimd && relaxedSimdHere();
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const count = threads === 1 ? 'one thread' : `${threads} threads`;
  return {
    machine: `${model}, Node ${process.versions.node}, ${count}, ${relaxed ? 'relaxed' : 'plain'} SIMD`,
    relaxed,
    native: await nativeSpeed(threads),
    field: fieldOf(threads, { relaxedSimd: relaxed }),
    limits: await Limits.prepare(relaxed, threads),
  };
}

/** Everyone through Dawn on one adapter. What is right is computed on the processor. */
async function gpu(): Promise<Arena> {
  const adapter = await dawn().requestAdapter();
  if (!adapter) throw new Error('There is no WebGPU adapter; POLYPHASE_GPU=software brings one');
  const { vendor, architecture, description } = adapter.info;
  const name = [vendor, architecture, description].filter(Boolean).join(' ');
  return {
    machine: `${name}, Dawn in Node ${process.versions.node}`,
    relaxed: false,
    field: {
      ours: polyphaseWebgpu(),
      oracle: onnxruntimeNode(1),
      peers: [onnxruntimeNodeWebgpu(), tfjsWebgpu()],
    },
    limits: await GpuLimits.prepare(dawn()),
  };
}

export const arenas: Readonly<Record<BackendName, (options: Options) => Promise<Arena>>> = {
  cpu: processor,
  webgpu: gpu,
};
