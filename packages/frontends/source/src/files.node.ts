import { open as openHandle, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PolyphaseError } from '@polyphase/ir';
import { type Files, type Range, unreadable } from './files.ts';

/** A model file and the files beside it. */
export interface ModelFile {
  readonly at: string;
  readonly bytes: Uint8Array;
  readonly files: Files;
}

/** @throws PP5002 when the file cannot be read. */
export async function openFile(source: string | URL): Promise<ModelFile> {
  const text = String(source);
  const path = text.startsWith('file:') ? fileURLToPath(text) : text;
  const bytes = await readFile(path).catch((cause: Error) => {
    const fix = 'Check the path';
    throw new PolyphaseError('PP5002', {
      at: path,
      problem: `the file cannot be read (${cause.message})`,
      fix,
      cause,
    });
  });
  return { at: path, bytes, files: folderFiles(dirname(path)) };
}

/** The files in a folder, or below it; links that lead out of it are refused. */
export function folderFiles(folder: string): Files {
  const locate = async (location: string): Promise<string> => {
    const [root, path] = await Promise.all([realpath(folder), realpath(join(folder, location))]).catch(
      (cause) => unreadable(location, cause),
    );
    const inside = relative(root, path);
    if (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)) return path;
    throw new PolyphaseError('PP1008', {
      at: `external data ${location}`,
      problem: `it is a link that leads out of the model's folder, to ${path}`,
      fix: 'Put the file itself beside the model',
    });
  };
  return {
    async size(location) {
      return (await stat(await locate(location)).catch((cause) => unreadable(location, cause))).size;
    },
    async read(range) {
      return readRange(await locate(range.location), range).catch((cause) =>
        unreadable(range.location, cause),
      );
    },
  };
}

async function readRange(path: string, { offset, length }: Range): Promise<Uint8Array> {
  const file = await openHandle(path, 'r');
  try {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw new Error(`it ends after ${done} of ${length} bytes`);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}
