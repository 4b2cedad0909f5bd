import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PolyphaseError } from '@polyphase/ir';
import type { Emitted } from '@polyphase/plugin';

/** Writes generated code into a folder, each text under its name. @throws PP5002 */
export async function emitTo(folder: string, texts: readonly Emitted[]): Promise<void> {
  try {
    for (const { name, text } of texts) {
      const file = join(folder, ...name.split('/').map(safeName));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  } catch (cause) {
    throw new PolyphaseError('PP5002', {
      at: `--emit ${folder}`,
      problem: `the generated code cannot be written: ${(cause as Error).message}`,
      fix: 'Give a folder in which files can be made',
      cause,
    });
  }
}

/** Names in a model are anybody's: none leaves the folder. */
const safeName = (name: string): string => name.replace(/[^\w.-]/g, '_').replace(/^\.+/, '_') || '_';
