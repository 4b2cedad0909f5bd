export { type CpuOptions, cpu } from './backend.ts';
export type { CpuProgram } from './program.ts';
export type { CpuTensor } from './tensors.ts';
