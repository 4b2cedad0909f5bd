export { type CpuOptions, cpu } from './backend.ts';
export type { CpuProgram, Observe } from './program.ts';
