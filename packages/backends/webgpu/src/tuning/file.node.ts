import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PolyphaseError } from '@polyphase/ir';
import type { TuningCache } from './cache.ts';

/** The choices in a JSON file; none where there is no file yet. @throws PP2003 when it holds something else. */
export async function openFile(path: string): Promise<TuningCache> {
  const choices = await readChoices(path);
  let written: Promise<void> = Promise.resolve();
  return {
    get: async (key) => choices.get(key),
    set(key, choice) {
      choices.set(key, choice);
      written = written.then(() => writeChoices(path, choices));
      return written;
    },
  };
}

async function readChoices(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  const choices = parse(text);
  if (!choices)
    throw new PolyphaseError('PP2003', {
      at: path,
      problem: 'it is no file of choices of the webgpu backend: {"layer": "variant", ...}',
      fix: 'Remove it, or name another file',
    });
  return choices;
}

function parse(text: string): Map<string, string> | undefined {
  try {
    const entries = Object.entries(JSON.parse(text) as object);
    return entries.every(([, choice]) => typeof choice === 'string') ? new Map(entries) : undefined;
  } catch {
    return undefined;
  }
}

/** The new text takes the place of the old at once, so that no reader finds half of one. */
async function writeChoices(path: string, choices: ReadonlyMap<string, string>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, `${JSON.stringify(Object.fromEntries(choices), null, 2)}\n`);
  await rename(fresh, path);
}
