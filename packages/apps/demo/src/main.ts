import { fileURLToPath } from 'node:url';
import { backendNames, withBackends } from '@polyphase/cli/backends';
import type { Backend } from '@polyphase/plugin';
import { program } from 'commander';
import { PolyphaseError } from 'polyphase';
import { superResolutionDemo } from './super-resolution/demo.ts';
import { type NetworkName, networks } from './super-resolution/enlarge.ts';
import { textDemo } from './text/demo.ts';

const image = (name: string): string =>
  fileURLToPath(new URL(`../../../../test-fixtures/images/${name}`, import.meta.url));

interface Common {
  readonly backend: string;
  readonly output: string;
}

/** A demonstration on pictures of the user, or on our own. */
function command<O extends Common>(
  name: string,
  description: string,
  run: (pictures: readonly string[], options: O, backends: readonly Backend[]) => Promise<void>,
) {
  return program
    .command(name, { isDefault: name === 'text' })
    .description(description)
    .argument('[picture...]', '.png or .jpg files; default: our own')
    .option('--backend <list>', `in order of preference, of: ${backendNames.join(', ')}`, 'cpu')
    .option('--output <folder>', 'where to write', 'demo-output')
    .action((pictures: readonly string[], options: O) =>
      withBackends(namesOf(options.backend), (backends) => run(pictures, options, backends)),
    );
}

const print = (line: string): void => console.log(line);

program.name('demo').description('Networks at work on pictures.');

command<Common & { readonly size: string }>(
  'text',
  'Finds the text in pictures and writes them with the text marked.',
  async (pictures, { output, size }, backends) => {
    const longest = Number(size);
    if (!(longest >= 32 && longest <= 4096))
      program.error(`error: --size is '${size}'; give 32 to 4096 pixels`);
    const own = ['page.png', 'street-sign.jpg'].map(image);
    await textDemo({ pictures: pictures.length > 0 ? pictures : own, backends, output, longest, print });
  },
).option('--size <pixels>', 'longer side of what the network sees', '960');

command<Common & { readonly halve?: boolean; readonly network: string }>(
  'super-resolution',
  'Doubles pictures by a network, next to cubic interpolation.',
  async (pictures, { output, network, halve = pictures.length === 0 }, backends) => {
    if (!isNetwork(network))
      program.error(`error: there is no network '${network}'; use ${Object.keys(networks).join(', ')}`);
    const own = [image('street-sign.jpg')];
    await superResolutionDemo({
      pictures: pictures.length > 0 ? pictures : own,
      backends,
      output,
      network,
      halve,
      print,
    });
  },
)
  .option('--network <name>', `one of ${Object.keys(networks).join(', ')}`, 'rdn')
  .option('--halve', 'halve each picture first, and compare with the original; our own are');

const isNetwork = (name: string): name is NetworkName => Object.hasOwn(networks, name);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof PolyphaseError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function namesOf(list: string): readonly string[] {
  const names = list.split(',');
  const unknown = names.find((name) => !backendNames.includes(name));
  if (unknown !== undefined)
    program.error(`error: there is no backend '${unknown}' here; use ${backendNames.join(', ')}`);
  return names;
}
