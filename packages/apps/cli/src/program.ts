import { readFileSync } from 'node:fs';
import { Command, type CommanderError } from 'commander';
import { backendsCommand } from './commands/backends.ts';
import { benchCommand } from './commands/bench.ts';
import { conformanceCommand } from './commands/conformance.ts';
import { diffCommand } from './commands/diff.ts';
import { inspectCommand } from './commands/inspect.ts';
import { lintCommand } from './commands/lint.ts';
import { optimizeCommand } from './commands/optimize.ts';
import { runCommand } from './commands/run.ts';
import { vizCommand } from './commands/viz.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

const help = `
Examples:
  polyphase run det.onnx --input image=page.png --output mask=mask.png
  polyphase optimize det.onnx faster.onnx

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
    lintCommand(),
    optimizeCommand(),
    backendsCommand(),
    conformanceCommand(),
    diffCommand(),
    benchCommand(),
    vizCommand(),
  ]) {
    program.addCommand(command.option('--verbose', 'print the stack of an error'));
  }
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ outputError: () => {} }).exitOverride((error) => {
      throw new Misunderstood(command, error);
    });
  }
  return program;
}

/** What commander objects to, and where. `--help` and `--version` end in one as well, with the exit code 0. */
class Misunderstood extends Error {
  readonly path: string;

  constructor(command: Command, cause: CommanderError) {
    super(cause.message.replace(/^error: /, '').replace(/\.$/, ''), { cause });
    this.path = command.parent ? `polyphase ${command.name()}` : 'polyphase';
  }

  get isDone(): boolean {
    return (this.cause as CommanderError).exitCode === 0;
  }

  get isHelp(): boolean {
    return (this.cause as CommanderError).code === 'commander.help';
  }
}

/** Runs a command line and gives its exit code. */
export async function runProgram(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof Misunderstood && (error.isDone || error.isHelp)) return error.isDone ? 0 : 2;
    return await report(error, args.includes('--verbose'));
  }
}

/** Tells of an error and gives the exit code. What builds errors is imported when there is one. */
async function report(error: unknown, verbose: boolean): Promise<number> {
  const { PolyphaseError } = await import('@polyphase/ir');
  const told =
    error instanceof Misunderstood
      ? new PolyphaseError('PP5001', {
          at: error.path,
          problem: error.message,
          fix: `See ${error.path} --help`,
          cause: error.cause,
        })
      : error;
  const isForeseen = told instanceof PolyphaseError;
  console.error(describe(told, isForeseen, verbose));
  return isForeseen && told.code === 'PP5001' ? 2 : 1;
}

/** An error for the user: words for what is foreseen, a request to report for what is not. */
function describe(error: unknown, isForeseen: boolean, verbose: boolean): string {
  if (!(error instanceof Error)) return `polyphase failed: ${String(error)}`;
  if (verbose) return withCauses(error);
  if (isForeseen) return error.message;
  return `polyphase failed: ${error.message}. This is a fault of polyphase: run it with --verbose and report it.`;
}

function withCauses(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${withCauses(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
