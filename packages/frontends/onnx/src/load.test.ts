import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Model } from '@polyphase/ir';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadOnnx, parseOnnx } from './index.ts';
import { input, modelBytes, node } from './writer.testing.ts';

/** y = x + w, the two floats of w being outside: 3 and 4, after a byte for each of `offset`. */
const external = (entries: Record<string, string>): Uint8Array =>
  modelBytes({
    nodes: [node('Add', ['x', 'w'], ['y'])],
    inputs: [input('x', [2])],
    weights: [
      {
        name: 'w',
        dims: [2n],
        dataType: 1,
        dataLocation: 1,
        externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
      },
    ],
  });

const file = new Uint8Array([0, 0, 0, 0, 0, 0, 64, 64, 0, 0, 128, 64]);
const whole = { location: 'w.bin', offset: '4', length: '8' };
const weightOf = (model: Model): number[] =>
  Array.from(model.graph().nodes[0]!.inputs[1]!.constant!.data, Number);
const messageOf = (loading: Promise<unknown>): Promise<string> =>
  loading.then(
    () => 'no error',
    (error: Error) => error.message,
  );

let folder: string;
beforeAll(() => {
  const root = mkdtempSync(join(tmpdir(), 'onnx-'));
  folder = join(root, 'model');
  mkdirSync(join(folder, 'weights'), { recursive: true });
  writeFileSync(join(root, 'secret.bin'), file);
  writeFileSync(join(folder, 'w.bin'), file);
  writeFileSync(join(folder, 'weights', 'w.bin'), file);
  symlinkSync('w.bin', join(folder, 'inside.bin'));
  symlinkSync('../secret.bin', join(folder, 'outside.bin'));
});
afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

function modelFile(entries: Record<string, string>): string {
  const path = join(folder, 'model.onnx');
  writeFileSync(path, external(entries));
  return path;
}

describe('a model', () => {
  test('from a path, a file URL, bytes and a buffer', async () => {
    const path = modelFile(whole);
    for (const source of [path, pathToFileURL(path), String(pathToFileURL(path))])
      expect(weightOf(await loadOnnx(source))).toEqual([3, 4]);
    const bytes = modelBytes();
    expect((await loadOnnx(bytes)).outputs).toEqual(['y']);
    expect((await loadOnnx(bytes.slice().buffer)).outputs).toEqual(['y']);
  });

  test('from a path that does not exist', async () => {
    expect(await messageOf(loadOnnx(join(folder, 'none.onnx')))).toMatch(
      /PP5002\].*none\.onnx: the file cannot be read/,
    );
  });
});

describe('weights outside of the file', () => {
  test.each<[title: string, entries: Record<string, string>]>([
    ['at an offset', whole],
    ['without a length', { location: 'w.bin', offset: '4' }],
    ['in a folder below', { ...whole, location: 'weights/w.bin' }],
    ['behind a link inside', { ...whole, location: 'inside.bin' }],
  ])('%s', async (_title, entries) => {
    expect(weightOf(await loadOnnx(modelFile(entries)))).toEqual([3, 4]);
  });

  test.each<[title: string, entries: Record<string, string>, message: RegExp]>([
    ['without a place', {}, /PP1008\] weight w: its data is at "", which is not inside the model's folder/],
    [
      'above the folder',
      { ...whole, location: '../secret.bin' },
      /PP1008\] weight w: its data is at "\.\.\/secret\.bin"/,
    ],
    ['above it by a detour', { ...whole, location: 'weights/../../secret.bin' }, /PP1008/],
    ['at an absolute path', { ...whole, location: '/etc/passwd' }, /PP1008/],
    ['on a Windows drive', { ...whole, location: 'C:/w.bin' }, /PP1008/],
    ['with backslashes', { ...whole, location: '..\\secret.bin' }, /PP1008/],
    ['at an address', { ...whole, location: 'https://example.com/w.bin' }, /PP1008/],
    ['in a home folder', { ...whole, location: '~/w.bin' }, /PP1008/],
    ['with a zero character', { ...whole, location: 'w.bin\0' }, /PP1008/],
    [
      'behind a link that leads out',
      { ...whole, location: 'outside.bin' },
      /PP1008\] external data outside\.bin: it is a link that leads out/,
    ],
    [
      'in a file that does not exist',
      { ...whole, location: 'none.bin' },
      /PP1008\] external data none\.bin: the file cannot be read/,
    ],
    [
      'beyond the end',
      { ...whole, offset: '8' },
      /PP1008\] weight w: bytes 8 to 16 of "w\.bin" are needed, the file has 12/,
    ],
    [
      'of a wrong length',
      { ...whole, length: '4' },
      /PP1008\] weight w: it needs 8 bytes, the length of its data is 4/,
    ],
    ['at a negative offset', { ...whole, offset: '-4' }, /PP1008\] weight w: the offset of its data is "-4"/],
    ['at an absurd offset', { ...whole, offset: '99999999999999999999' }, /PP1008/],
  ])('%s', async (_title, entries, message) => {
    expect(await messageOf(loadOnnx(modelFile(entries)))).toMatch(message);
  });

  test('from a function', async () => {
    const asked: string[] = [];
    const externalData = async (location: string) => {
      asked.push(location);
      return file;
    };
    expect(weightOf(await loadOnnx(external(whole), { externalData }))).toEqual([3, 4]);
    expect(asked).toEqual(['w.bin']);
    const failing = loadOnnx(external(whole), { externalData: () => Promise.reject(new Error('offline')) });
    expect(await messageOf(failing)).toMatch(
      /PP1008\] external data w\.bin: the file cannot be read \(offline\)/,
    );
  });

  test('from a map', () => {
    expect(weightOf(parseOnnx(external(whole), { externalData: new Map([['w.bin', file]]) }))).toEqual([
      3, 4,
    ]);
    const short = new Map([['w.bin', file.subarray(0, 8)]]);
    expect(() => parseOnnx(external(whole), { externalData: short })).toThrow(/PP1008.*the file has 8/);
  });

  test('from nowhere', async () => {
    const message = /PP1008\] weight w: its data is in "w\.bin", which was not given/;
    expect(() => parseOnnx(external(whole))).toThrow(message);
    expect(await messageOf(loadOnnx(external(whole)))).toMatch(message);
  });
});

describe('over HTTP', () => {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url!);
    if (request.url === '/models/net.onnx')
      response.end(external({ ...whole, location: 'weights/w %23.bin' }));
    else if (request.url === '/models/weights/w%20%2523.bin') response.end(file);
    else response.writeHead(404, 'Not Found').end();
  });
  let origin: string;
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  afterAll(() => new Promise((done) => server.close(done)));

  test('a model and the weights beside it, with progress', async () => {
    const seen: number[] = [];
    const model = await loadOnnx(`${origin}/models/net.onnx`, {
      onProgress: ({ loaded }) => seen.push(loaded),
    });
    expect(weightOf(model)).toEqual([3, 4]);
    expect(paths).toEqual(['/models/net.onnx', '/models/weights/w%20%2523.bin']);
    expect(seen.at(-1)).toBe(file.length);
  });

  test('a model that is not there', async () => {
    expect(await messageOf(loadOnnx(new URL(`${origin}/none.onnx`)))).toMatch(
      /PP5002\].*none\.onnx: the model cannot be fetched \(404 Not Found\)/,
    );
  });
});
