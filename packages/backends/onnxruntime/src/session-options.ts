import type { OnnxruntimeOptions } from './options.ts';
import type { Provider } from './providers/index.ts';
import type { SessionOptions } from './sessions.ts';

/** onnxruntime writes nothing of its own: what matters is thrown. */
const silent = 4;

/** What a session is made with. On any provider but the processor itself, layers must not fall back to it. */
export function sessionOptions(provider: Provider, options: OnnxruntimeOptions): SessionOptions {
  const { threads, graphOptimization = 'all', memoryArena = true } = options;
  return {
    executionProviders: [provider.entry(options)],
    graphOptimizationLevel: graphOptimization,
    enableCpuMemArena: memoryArena,
    interOpNumThreads: 1,
    logSeverityLevel: silent,
    ...(threads !== undefined && { intraOpNumThreads: threads }),
    ...(provider.name !== 'cpu' && { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
  };
}
