import { fileURLToPath } from 'node:url';
import { cpu } from '@polyphase/cpu';
import type { Backend } from '@polyphase/plugin';
import { reference } from '@polyphase/reference';
import { program } from 'commander';
import { PolyphaseError } from 'polyphase';
import { textDemo } from './text/demo.ts';

const makeBackend: Readonly<Record<string, () => Backend>> = { cpu, reference };
const ownPictures = ['page.png', 'street-sign.jpg'].map((name) =>
  fileURLToPath(new URL(`../../../../test-fixtures/images/${name}`, import.meta.url)),
);

interface Options {
  readonly backend: string;
  readonly output: string;
  readonly size: string;
}

program
  .name('demo')
  .description('Finds the text in pictures and writes them with the text marked.')
  .argument('[picture...]', '.png or .jpg files; default: a scanned page and a photograph of a street')
  .option('--backend <list>', `in order of preference, of: ${Object.keys(makeBackend).join(', ')}`, 'cpu')
  .option('--output <folder>', 'where to write', 'demo-output')
  .option('--size <pixels>', 'longer side of what the network sees', '960')
  .action(run);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof PolyphaseError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function run(pictures: readonly string[], { backend, output, size }: Options): Promise<void> {
  const longest = Number(size);
  if (!(longest >= 32 && longest <= 4096))
    program.error(`error: --size is '${size}'; give 32 to 4096 pixels`);
  const backends = backend
    .split(',')
    .map((name) => (Object.hasOwn(makeBackend, name) ? makeBackend[name]!() : unknown(name)));
  await textDemo({
    pictures: pictures.length > 0 ? pictures : ownPictures,
    backends,
    output,
    longest,
    print: (line) => console.log(line),
  });
  for (const each of backends) await each.close();
}

const unknown = (name: string): never =>
  program.error(`error: there is no backend '${name}' here; use ${Object.keys(makeBackend).join(', ')}`);
