import { Command } from 'commander';
import { backendOption } from './shared.ts';

export interface ConformanceOptions {
  readonly backend: readonly string[];
  readonly filter: string;
  readonly list?: boolean;
  readonly json?: string;
  readonly html?: string;
  readonly junit?: string;
}

const help = `
Without DIR the suites of this project are run: rows of single layers and small networks before and after the compiler's
passes, laws, and in the repository the results of other frameworks. What an element may be off is derived from the
number of its roundings.

DIR is any folder tree in the layout of ONNX's backend tests: folders with model.onnx, and in them test_data_set_N with
input_0.pb, ... and output_0.pb, ... Elements may differ by 1e-7 + 0.001 x the expected one, as in ONNX's own runner;
integers and bools must be equal.

Each backend is checked alone. passed: all outputs are right. failed: one is wrong. crashed: an error that should not
be. unsupported: the model needs what is not there. gap: known, with its reason; one that passes fails. not run: the
backend is not usable here, which fails if POLYPHASE_REQUIRE=NAME,... has its name. Exit code 1 for failed and crashed.

Examples:
  polyphase conformance --html report.html
  polyphase conformance --backend cpu --filter 'conv-transpose/*'
  polyphase conformance onnx/backend/test/data/node --json report.json --junit report.xml
`;

export const conformanceCommand = (): Command =>
  new Command('conformance')
    .description('Check backends by cases with known results.')
    .argument('[DIR...]', "folders in the layout of ONNX's backend tests")
    .addOption(backendOption('backends to check'))
    .option('--filter <GLOB>', 'only cases whose name or path matches, with * and ?', '*')
    .option('--list', 'print the names of the cases instead of running them')
    .option('--json <FILE>', 'write the results to a file')
    .option('--html <FILE>', 'write them as a page to read and search in')
    .option('--junit <FILE>', "write them as JUnit's XML")
    .addHelpText('after', help)
    .action(async (folders: readonly string[], options: ConformanceOptions) =>
      (await import('../conformance/conformance.ts')).runConformance(folders, options),
    );
