/** A process of its own that loads one runtime and one model and compiles it: nothing has run before, as for a user. */
import type { Case } from '../cases/case.ts';
import type { Times } from './times.ts';

/** Milliseconds of the phases of one runtime, in order. */
type Compile = (network: Case, threads: number) => Promise<Times>;

async function polyphase(network: Case, threads: number): Promise<Times> {
  const [{ compile }, { cpu }] = await Promise.all([import('polyphase'), import('@polyphase/cpu')]);
  const { name, shape } = network.feed;
  const backend = cpu({ threads });
  const start = performance.now();
  const model = network.model();
  const read = performance.now();
  const compiled = await compile(model, { backends: [backend], strict: true });
  const { regions, compileTime } = await compiled.prepare({ [name]: shape });
  const all = performance.now() - start;
  const phases = regions.flatMap(({ program }) => Object.entries(program.report.compileTimes ?? {}));
  const inBackend = phases.reduce((sum, [, time]) => sum + time, 0);
  await compiled.close();
  await backend.close();
  return { file: read - start, passes: compileTime - inBackend, ...Object.fromEntries(phases), all };
}

async function onnxruntimeNode({ onnx }: Case, threads: number): Promise<Times> {
  const { InferenceSession } = await import('onnxruntime-node');
  const start = performance.now();
  const session = await InferenceSession.create(onnx, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const all = performance.now() - start;
  await session.release();
  return { all };
}

/** What a program that uses the runtime imports, and then what compiles. */
const runtimes: Readonly<
  Record<string, { readonly load: () => Promise<unknown>; readonly compile: Compile }>
> = {
  'polyphase cpu': {
    load: () => Promise.all([import('polyphase'), import('@polyphase/cpu'), import('@polyphase/onnx')]),
    compile: polyphase,
  },
  'onnxruntime-node': { load: () => import('onnxruntime-node'), compile: onnxruntimeNode },
};

async function timesOf(caseName: string, runtimeName: string, threads: number): Promise<Times> {
  const runtime = runtimes[runtimeName]!;
  const start = performance.now();
  await runtime.load();
  const modules = performance.now() - start;
  const { modelSources } = await import('../cases/models.ts');
  const network = await modelSources.find(({ name }) => name === caseName)!.load();
  return { modules, ...(await runtime.compile(network, threads)) };
}

const [caseName, runtimeName, threads] = process.argv.slice(2);
const times = await timesOf(caseName!, runtimeName!, Number(threads));
process.send?.(times, () => process.exit());
