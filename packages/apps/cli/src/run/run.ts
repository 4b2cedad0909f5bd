import { compile } from '@polyphase/compiler';
import { checkWritable, fileFormat, type ImageFormat, writeTensorFile } from '@polyphase/files';
import { check, type Tensor } from '@polyphase/ir';
import type { Backend } from '@polyphase/plugin';
import { withBackends } from '../backends.ts';
import type { RunOptions } from '../commands/run.ts';
import { traceTo } from '../commands/shared.ts';
import { emitTo } from '../emit.ts';
import { checkNames, readInputs } from '../inputs.ts';
import { loadModel } from '../load-model.ts';
import { type Progress, withProgress } from '../progress.ts';
import { statisticsOf } from '../statistics.ts';
import { printJson } from '../text.ts';
import { type Outcome, runJson, runText, type WrittenOutput } from './report.ts';

export async function runModel(path: string, options: RunOptions): Promise<void> {
  const { json, backend, threads } = options;
  const outcome = await withBackends(
    backend,
    (backends) =>
      withProgress(
        `reading ${path}`,
        (progress) => computeOutputs(path, options, backends, progress),
        options.trace,
      ),
    { threads },
  );
  if (json) printJson(runJson(path, outcome));
  else console.log(runText(path, outcome).join('\n'));
}

async function computeOutputs(
  path: string,
  options: RunOptions,
  backends: readonly Backend[],
  progress: Progress,
): Promise<Outcome> {
  const { input = new Map(), shape = new Map(), output = new Map(), random, strict = false, trace } = options;
  await checkOptions(options);
  const model = await loadModel(path, options);
  checkNames('output', [...output.keys()], model.outputs);
  const inputs = await readInputs(model, { files: input, shapes: shape, seed: random, image: options });
  const tensors = Object.fromEntries(inputs.map(({ name, tensor }) => [name, tensor]));
  progress.say(`compiling ${path}`);
  const compiled = await compile(model, { backends, strict, ...traceTo(trace) });
  try {
    const specialization = await compiled.prepare(tensors);
    if (options.emit !== undefined) await emitTo(options.emit, compiled.emit());
    progress.say(`running ${path}`);
    const start = performance.now();
    const results = await compiled.run(tensors);
    const runTime = performance.now() - start;
    const outputs = await writeOutputs(results, output, options);
    return { model: compiled, specialization, inputs, outputs, runTime };
  } finally {
    await compiled.close();
  }
}

/** Finds mistakes before long work. */
async function checkOptions({ shape, random, output }: RunOptions): Promise<void> {
  check(shape === undefined || random !== undefined, 'PP5001', () => ({
    at: 'polyphase run --shape',
    problem: 'it gives the size of inputs that are filled with random elements, and --random is missing',
    fix: 'Add --random 1, or leave --shape out: files have their own sizes',
  }));
  for (const file of output?.values() ?? []) {
    fileFormat(file);
    await checkWritable(file);
  }
}

async function writeOutputs(
  results: Readonly<Record<string, Tensor>>,
  files: ReadonlyMap<string, string>,
  { layout, channels, range, outputRange = range }: RunOptions,
): Promise<readonly WrittenOutput[]> {
  const image: ImageFormat = { layout, channels, range: outputRange };
  const written: WrittenOutput[] = [];
  for (const [name, tensor] of Object.entries(results)) {
    const file = files.get(name);
    if (file !== undefined) await writeTensorFile(file, tensor, image);
    written.push({ name, tensor, statistics: statisticsOf(tensor), file });
  }
  return written;
}
