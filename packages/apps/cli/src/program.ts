import { readFileSync } from 'node:fs';
import { PolyphaseError } from '@polyphase/ir';
import { Command, CommanderError } from 'commander';
import { backendsCommand } from './commands/backends.ts';
import { conformanceCommand } from './commands/conformance.ts';
import { diffCommand } from './commands/diff.ts';
import { inspectCommand } from './commands/inspect.ts';
import { runCommand } from './commands/run.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

const help = `
Examples:
  polyphase run det.onnx --input image=page.png --output mask=mask.png
  polyphase inspect det.onnx --shape image=1x3x640x640
  polyphase diff det.onnx --against reference --random 1 --shape image=1x3x64x64

Exit codes: 0 done, 1 a wrong result or a failure, 2 the command line is not understood.
`;

function createProgram(): Command {
  const program = new Command('polyphase')
    .description('Runs, explains and checks models whose layers make feature maps larger.')
    .version(version)
    .helpCommand(false)
    .addHelpText('after', help);
  for (const command of [
    runCommand(),
    inspectCommand(),
    backendsCommand(),
    conformanceCommand(),
    diffCommand(),
  ]) {
    program.addCommand(command.option('--verbose', 'print the stack of an error'));
  }
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ outputError: () => {} }).exitOverride((error) => {
      throw usageOf(command, error);
    });
  }
  return program;
}

/** Commander's error in this project's words; what `--help` and `--version` throw stays as it is. */
function usageOf(command: Command, error: CommanderError): Error {
  if (error.exitCode === 0 || error.code === 'commander.help') return error;
  const path = command.parent ? `polyphase ${command.name()}` : 'polyphase';
  const problem = error.message.replace(/^error: /, '').replace(/\.$/, '');
  return new PolyphaseError('PP5001', { at: path, problem, fix: `See ${path} --help`, cause: error });
}

/** Runs a command line and gives its exit code. */
export async function runProgram(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error(describe(error, args.includes('--verbose')));
    return error instanceof PolyphaseError && error.code === 'PP5001' ? 2 : 1;
  }
}

/** An error for the user: words for what is foreseen, a request to report for what is not. */
function describe(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) return `polyphase failed: ${String(error)}`;
  if (verbose) return withCauses(error);
  if (error instanceof PolyphaseError) return error.message;
  return `polyphase failed: ${error.message}. This is a fault of polyphase: run it with --verbose and report it.`;
}

function withCauses(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${withCauses(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
