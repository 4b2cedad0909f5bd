import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tensor } from '@polyphase/ir';
import { afterAll, expect, test } from 'vitest';
import { writeBytes } from './disk.ts';
import { messageOf } from './fixtures.testing.ts';
import { readTensorFile, writeTensorFile } from './formats.ts';

const folder = mkdtempSync(join(tmpdir(), 'polyphase-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);

const x = tensor([0, 0.2, 0.4, 0.6, 0.8, 1], [1, 1, 2, 3]);

test.each(['x.npy', 'x.pb', 'X.NPY'])('%s is read as it was written', async (name) => {
  await writeTensorFile(path(name), x);
  expect(await readTensorFile(path(name))).toEqual(x);
});

test('a picture is read as it was written', async () => {
  await writeTensorFile(path('x.png'), x);
  const read = await readTensorFile(path('x.png'), { channels: 'gray' });
  expect(read).toEqual(x);
});

test('what cannot be read', async () => {
  mkdirSync(path('folder.npy'));
  writeFileSync(path('really.png'), readFileSync(path('x.npy')));
  writeFileSync(path('nothing.jpg'), '');
  const names = ['missing.npy', 'folder.npy', 'x.npy/x.npy', 'x.txt', 'really.png', 'nothing.jpg'];
  const messages = await Promise.all(names.map((name) => messageOf(() => readTensorFile(path(name)))));
  expect(messages.join('\n').replaceAll(folder, '.')).toMatchInlineSnapshot(`
    "[polyphase PP5002] ./missing.npy: it does not exist. Check the path.
    [polyphase PP5002] ./folder.npy: it is a folder. Give a file.
    [polyphase PP5002] ./x.npy/x.npy: a part of its path is not a folder. Check the path.
    [polyphase PP5003] ./x.txt: ".txt" is no known file format. Use .npy, .pb, .png, .jpg, .jpeg.
    [polyphase PP5003] ./really.png: it is a .npy file. Give it the right extension.
    [polyphase PP5003] ./nothing.jpg: it is no .jpg file: it begins with other bytes. Check that the file is complete, and what wrote it."
  `);
});

test('what cannot be written leaves nothing behind', async () => {
  const before = readdirSync(folder);
  const names = ['no/such/folder.npy', 'folder.npy', 'x.txt'];
  const messages = await Promise.all(names.map((name) => messageOf(() => writeTensorFile(path(name), x))));
  expect(messages.join('\n').replaceAll(folder, '.')).toMatchInlineSnapshot(`
    "[polyphase PP5002] ./no/such: it does not exist. Check the path.
    [polyphase PP5002] ./folder.npy: it is a folder. Give a file.
    [polyphase PP5003] ./x.txt: ".txt" is no known file format. Use .npy, .pb, .png, .jpg, .jpeg."
  `);
  expect(readdirSync(folder)).toEqual(before);
});

test('a link stays a link', async () => {
  writeFileSync(path('target.json'), 'old');
  symlinkSync(path('target.json'), path('link.json'));
  await writeBytes(path('link.json'), 'new');
  expect(readFileSync(path('target.json'), 'utf8')).toBe('new');
});

test('what is no file is not replaced', async () => {
  await writeBytes('/dev/null', 'gone');
  expect(readFileSync('/dev/null', 'utf8')).toBe('');
});
