import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PolyphaseError } from '@polyphase/ir';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isInsideFolder, type LoadProgress, openSource, readWhole } from './index.ts';

let folder: string;
let server: Server;
let address: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'source-'));
  await writeFile(join(folder, 'model.bin'), Uint8Array.of(1, 2, 3));
  await writeFile(join(folder, 'weights 1#.bin'), Uint8Array.of(4, 5, 6, 7));
  await symlink('/etc/hostname', join(folder, 'leak'));
  server = createServer((request, response) => {
    const bytes = { '/model.bin': [1, 2, 3], '/weights%201%23.bin': [4, 5, 6, 7] }[request.url!];
    response.writeHead(bytes ? 200 : 404, bytes && { 'content-length': bytes.length });
    response.end(bytes && Uint8Array.from(bytes));
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const complaint = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error) => (error instanceof PolyphaseError ? `${error.code}: ${error.problem}` : String(error)),
  );

test.each([
  ['a path', () => join(folder, 'model.bin')],
  ['a file URL', () => pathToFileURL(join(folder, 'model.bin'))],
  ['a web address', () => `${address}/model.bin`],
])('%s: the file, and the files beside it', async (_, source) => {
  const { bytes, files } = await openSource(source());
  expect([...bytes]).toEqual([1, 2, 3]);
  expect([...(await readWhole(files!, 'weights 1#.bin'))]).toEqual([4, 5, 6, 7]);
  expect([...(await files!.read({ location: 'weights 1#.bin', offset: 1, length: 2 }))]).toEqual([5, 6]);
  expect(await complaint(readWhole(files!, 'missing.bin'))).toMatch(/^PP1008: the file cannot be read/);
});

test('bytes are taken as they are, and have no files beside them', async () => {
  const given = Uint8Array.of(9);
  expect(await openSource(given)).toEqual({ at: 'model', bytes: given });
  expect((await openSource(given.buffer)).bytes).toEqual(given);
});

test('progress of a download', async () => {
  const seen: LoadProgress[] = [];
  await openSource(`${address}/model.bin`, { onProgress: (progress) => seen.push(progress) });
  expect(seen.at(-1)).toEqual({ file: `${address}/model.bin`, loaded: 3, total: 3 });
});

test('what is not there, and what leads out of the folder', async () => {
  expect(await complaint(openSource(join(folder, 'none')))).toMatch(/^PP5002: the file cannot be read/);
  expect(await complaint(openSource(`${address}/none`))).toMatch(
    /^PP5002: the model cannot be fetched \(404/,
  );
  const { files } = await openSource(join(folder, 'model.bin'));
  expect(await complaint(readWhole(files!, 'leak'))).toMatch(/^PP1008: it is a link that leads out/);
});

test.each([
  ['weights.bin', true],
  ['part/weights.bin', true],
  ['../weights.bin', false],
  ['/weights.bin', false],
  ['a//b', false],
  ['c:\\weights.bin', false],
  ['https://host/x', false],
  ['', false],
])('%j is inside the folder: %s', (location, inside) => {
  expect(isInsideFolder(location)).toBe(inside);
});
