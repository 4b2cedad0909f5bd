import { randomBytes } from 'node:crypto';
import { access, constants, readFile, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { check, PolyphaseError } from '@polyphase/ir';

/** What Node reads in one piece. */
const largestFile = 2 ** 31 - 1;

const reasons: Readonly<Record<string, readonly [problem: string, fix: string]>> = {
  ENOENT: ['it does not exist', 'Check the path'],
  ENOTDIR: ['a part of its path is not a folder', 'Check the path'],
  EISDIR: ['it is a folder', 'Give a file'],
  EACCES: ['permission is denied', 'Change its permissions, or use another place'],
  EPERM: ['permission is denied', 'Change its permissions, or use another place'],
  EROFS: ['the file system is read-only', 'Use another place'],
  ENOSPC: ['the disk is full', 'Make room, or use another place'],
  EMFILE: ['too many files are open', 'Raise the limit (ulimit -n)'],
};

/** PP5002 for what the operating system says about a path. */
export function fileError(path: string, cause: unknown): PolyphaseError {
  if (cause instanceof PolyphaseError) return cause;
  const { code = '', message = String(cause) } = cause as NodeJS.ErrnoException;
  const [problem, fix] = reasons[code] ?? [message, 'Check the path and its permissions'];
  return new PolyphaseError('PP5002', { at: path, problem, fix, cause });
}

/**
 * The bytes of a file.
 *
 * @throws PP5002 when it is missing, a folder, not readable or larger than 2 GiB.
 */
export async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { size } = await stat(path);
    check(size <= largestFile, 'PP5002', () => ({
      at: path,
      problem: `it has ${size} bytes, the limit is ${largestFile}`,
      fix: 'Give a smaller file',
    }));
    const { buffer, byteOffset, byteLength } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (cause) {
    throw fileError(path, cause);
  }
}

/**
 * Writes a file whole or not at all: into a neighbour that then takes its name. Links are followed; what is no file (a
 * terminal, a pipe) is written directly.
 *
 * @throws PP5002 when that fails.
 */
export async function writeBytes(path: string, bytes: Uint8Array | string): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path);
    const known = await stat(target).catch(() => undefined);
    if (known && !known.isFile() && !known.isDirectory()) await writeFile(target, bytes);
    else await replaceFile(target, bytes);
  } catch (cause) {
    const isFolderMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw fileError(isFolderMissing ? dirname(path) : path, cause);
  }
}

/** Finds out before long work that a file cannot be written in the end. @throws PP5002. */
export const checkWritable = (path: string): Promise<void> =>
  access(dirname(path), constants.W_OK).catch((cause) => {
    throw fileError(dirname(path), cause);
  });

async function replaceFile(path: string, bytes: Uint8Array | string): Promise<void> {
  const neighbour = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeFile(neighbour, bytes, { flag: 'wx' });
    await rename(neighbour, path);
  } catch (cause) {
    await unlink(neighbour).catch(() => undefined);
    throw cause;
  }
}
