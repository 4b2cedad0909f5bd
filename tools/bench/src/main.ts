import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { layerSources } from './cases/layers.ts';
import { type CaseSource, modelSources } from './cases/models.ts';
import { choose, type Options, withOptions } from './options.ts';
import { runSuite } from './suite.ts';

const program = new Command('bench')
  .description('Polyphase cpu against other runtimes: the same data, in turn, in one process.')
  .helpCommand(false);

function addSuite(
  name: string,
  what: string,
  seconds: number,
  load: () => Promise<readonly CaseSource[]>,
): void {
  const command = program.command(name).description(what).argument('[name...]', 'default: all');
  withOptions(command, seconds).action(async (names: readonly string[], options: Options) => {
    await runSuite(chosen(command, await load(), names), options);
  });
}

function chosen(command: Command, known: readonly CaseSource[], names: readonly string[]) {
  try {
    return choose(known, names);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return command.error(`error: ${error.message}`);
    throw error;
  }
}

addSuite('layers', 'The single layers of layers.json.', 1.5, layerSources);
addSuite('models', 'Whole models.', 15, async () => modelSources);
for (const command of [program, ...program.commands]) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
