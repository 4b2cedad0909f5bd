import { onnxruntime, type ProviderName } from '@polyphase/onnxruntime';
import { compile, tensor } from 'polyphase';
import type { Case } from '../cases/case.ts';
import type { Contestant } from '../contestants/contestant.ts';

export interface Where {
  readonly provider: ProviderName;
  readonly threads: number;
}

/** The backend ready to run, and what it made of the network. */
export interface Ours extends Contestant {
  /** The rules and forms that fired. */
  readonly changes: readonly string[];
}

/** onnxruntime-node as its callers use it: data that is new in each run comes in a tensor of its own, without a copy. */
export async function bareSession(
  { onnx, feed: { name, shape, data } }: Case,
  { provider, threads }: Where,
): Promise<Contestant> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(onnx, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  return {
    name: 'a bare session',
    async run() {
      const results = await session.run({ [name]: new Tensor('float32', data, shape) });
      return Object.values(results)[0]!.data as Float32Array;
    },
    close: () => session.release(),
  };
}

/** The graph as it is, or with everything that the backend does for speed. */
export async function ours(
  { model, feed }: Case,
  { provider, threads }: Where,
  rewrites: boolean,
): Promise<Ours> {
  const backend = onnxruntime({ provider, threads, rewrites });
  const inputs = { [feed.name]: tensor(feed.data, feed.shape) };
  const compiled = await compile(model(), {
    backends: [backend],
    strict: true,
    ...(!rewrites && { passes: [] }),
  });
  const { fired, regions } = await compiled.prepare(inputs);
  const forms = regions.flatMap(({ program }) =>
    program.report.steps.flatMap(({ kernel }) => kernel.split(', ').slice(1)),
  );
  return {
    name: rewrites ? 'the backend' : 'the backend without rewrites',
    changes: [...new Set([...fired.map(({ rule }) => rule), ...forms])],
    run: async () => Object.values(await compiled.run(inputs))[0]!.data as Float32Array,
    async close() {
      await compiled.close();
      await backend.close();
    },
  };
}
