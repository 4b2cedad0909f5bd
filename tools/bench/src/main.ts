import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { type BrowserOptions, runBrowserSuite } from './browser/suite.ts';
import { layerSources } from './cases/layer-sources.ts';
import { type CaseSource, modelSources } from './cases/models.ts';
import { resizeConvSources } from './cases/resize-conv.ts';
import { type CompileOptions, runCompile, withCompileOptions } from './cold/suite.ts';
import { type MemoryOptions, runMemory, withMemoryOptions } from './memory.ts';
import { runOnnxruntime } from './onnxruntime/suite.ts';
import { runOptimized } from './optimized.ts';
import { choose, type Options, parseProvider, withBackend, withOptions } from './options.ts';
import { runSuite } from './suite.ts';

const program = new Command('bench')
  .description('Polyphase against other runtimes: the same data, in turn, in one process.')
  .helpCommand(false);

function addSuite(
  name: string,
  what: string,
  seconds: number,
  load: () => Promise<readonly CaseSource[]>,
  run: typeof runSuite = runSuite,
): Command {
  const command = program.command(name).description(what).argument('[name...]', 'default: all');
  withOptions(command, seconds).action(async (names: readonly string[], options: Options) => {
    await run(chosen(command, await load(), names), options);
  });
  return command;
}

function chosen(command: Command, known: readonly CaseSource[], names: readonly string[]) {
  try {
    return choose(known, names);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return command.error(`error: ${error.message}`);
    throw error;
  }
}

withBackend(addSuite('layers', 'The single layers of layers.json.', 1.5, layerSources));
withBackend(addSuite('models', 'Whole models.', 15, async () => modelSources));
addSuite(
  'optimized',
  'Files of onnxruntime-node before and after polyphase optimize.',
  1.5,
  async () => [...(await layerSources()), ...resizeConvSources, ...modelSources],
  runOptimized,
);
addSuite(
  'onnxruntime',
  'A bare session of onnxruntime-node against another and the onnxruntime backend, with its rewrites and without.',
  6,
  async () => [...(await layerSources()), ...resizeConvSources, ...modelSources],
  (sources, options) => runOnnxruntime(sources, { ...options, provider: options.provider ?? 'cpu' }),
).option('--provider <name>', 'what onnxruntime runs on', parseProvider);
const memory = program
  .command('memory')
  .description('Peak memory of each runtime, in processes of their own.')
  .argument('[name...]', 'default: all models');
withMemoryOptions(memory).action(async (names: readonly string[], options: MemoryOptions) => {
  const known = [...modelSources, ...(await layerSources())];
  await runMemory(names.length === 0 ? modelSources : chosen(memory, known, names), options);
});
const compile = program
  .command('compile')
  .description('How long compiling takes by phase, in processes of their own, against onnxruntime-node.')
  .argument('[name...]', 'default: all models');
withCompileOptions(compile).action(async (names: readonly string[], options: CompileOptions) => {
  await runCompile(chosen(compile, modelSources, names), options);
});
const browser = program
  .command('browser')
  .description('The layers by WebGPU in a headless Chromium, against onnxruntime-web and TensorFlow.js.')
  .argument('[name...]', 'default: all');
withOptions(browser, 3)
  .option('--serve', 'serve the page for a browser of your own')
  .action(async (names: readonly string[], options: BrowserOptions) => {
    const sources = chosen(browser, await layerSources(), names);
    await runBrowserSuite(
      sources.map(({ name }) => name),
      options,
    );
  });
for (const command of [program, ...program.commands]) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
