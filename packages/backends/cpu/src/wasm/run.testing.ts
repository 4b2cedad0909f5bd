import { ModuleBuilder } from './module.ts';
import type { Func, MemoryLimits } from './nodes.ts';

export type Exports = Record<string, (...args: (number | bigint)[]) => number | bigint | undefined>;

/** Compiles what `build` writes, exports the functions that it returns, and hands over their calls and the memory. */
export function run(
  build: (module: ModuleBuilder) => readonly Func[],
  limits: MemoryLimits = { minPages: 1 },
) {
  const module = new ModuleBuilder(limits);
  for (const func of build(module)) module.export(func);
  const memory = new WebAssembly.Memory({ initial: limits.minPages });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.toBytes()), { env: { memory } });
  return { exports: instance.exports as Exports, memory, floats: new Float32Array(memory.buffer) };
}
