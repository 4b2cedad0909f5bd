import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTensorFile, writeTensorFile } from '@polyphase/files';
import { tensor, toNumbers } from '@polyphase/ir';
import { describe, expect, test } from 'vitest';
import { fixture, polyphase, temporaryFolder } from './cli.testing.ts';

const folder = temporaryFolder();
const path = (name: string) => join(folder, name);
const up = fixture('up.onnx');
const image = `image=${fixture('image.npy')}`;

test.each(['cpu', 'reference'])('%s computes what onnxruntime computes', async (backend) => {
  const file = path(`${backend}.npy`);
  const { code, out } = await polyphase(
    'run',
    up,
    '--input',
    image,
    '--output',
    `mask=${file}`,
    '--backend',
    backend,
  );
  expect(code).toBe(0);
  expect(out).toMatch(/^model +up\.onnx: 3 layers/);
  expect(out).toMatch(/image: float32\[1, 3, 4, 5\] {2}from .*image\.npy/);
  expect(out).toMatch(new RegExp(`placement +${backend}: \\d layers?\\n`));
  expect(out).toMatch(
    /mask: float32\[1, 1, 8, 10\] {2}min 0\.0914541, max 0\.948108, mean 0\.520182 {2}written to /,
  );
  const [actual, expected] = await Promise.all([readTensorFile(file), readTensorFile(fixture('mask.npy'))]);
  const wanted = toNumbers(expected);
  // A sigmoid is no steeper than 1/4, so its argument may be off by 48 products of float32 and more.
  for (const [i, value] of toNumbers(actual).entries())
    expect(Math.abs(value - wanted[i]!)).toBeLessThan(1e-6);
});

test('JSON has it all', async () => {
  const { code, out } = await polyphase('run', up, '--random', '1', '--shape', 'image=1x3x2x2', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    model: up,
    inputs: [{ name: 'image', dtype: 'float32', shape: [1, 3, 2, 2], source: 'random, seed 1' }],
    placement: { unusable: [] },
    outputs: [
      { name: 'mask', dtype: 'float32', shape: [1, 1, 4, 4], nan: 0, file: null },
      { name: 'peak', shape: [] },
    ],
  });
});

test('the same seed gives the same elements', async () => {
  const args = ['run', up, '--shape', 'image=1x3x2x2', '--json', '--random'];
  const runs = await Promise.all(['7', '7', '8'].map((seed) => polyphase(...args, seed)));
  const [first, again, other] = runs.map(({ out }) => JSON.parse(out).outputs[0].mean);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});

test('from picture to picture', async () => {
  const picture = tensor(
    Float32Array.from({ length: 48 }, (_, i) => i / 47),
    [1, 3, 4, 4],
  );
  await writeTensorFile(path('in.png'), picture);
  const options = ['--mean', '0.5', '--std', '0.5,0.5,0.5', '--output', `mask=${path('out.png')}`];
  const { code, err } = await polyphase('run', up, '--input', `image=${path('in.png')}`, ...options);
  expect([code, err]).toEqual([0, '']);
  expect((await readTensorFile(path('out.png'), { channels: 'gray' })).shape).toEqual([1, 1, 8, 8]);
});

test('a trace goes to stderr', async () => {
  const { code, out, err } = await polyphase('run', up, '--input', image, '--trace', '--json');
  expect(code).toBe(0);
  expect(err).toMatch(/^before the passes\ngraph up\(%image/);
  expect(JSON.parse(out).model).toBe(up);
});

describe('what goes wrong', () => {
  mkdirSync(path('folder'));
  const bytes = readFileSync(up);
  writeFileSync(path('cut.onnx'), bytes.subarray(0, 200));
  writeFileSync(path('text.onnx'), 'not a model');
  const cases: readonly (readonly [name: string, args: readonly string[], code: number, message: RegExp])[] =
    [
      ['no model', ['no.onnx'], 1, /PP5002\] no\.onnx: /],
      ['a folder', [path('folder')], 1, /PP5002\] .*folder: /],
      ['a model cut off', [path('cut.onnx')], 1, /PP1002\] .*cut\.onnx: /],
      ['no ONNX', [path('text.onnx')], 1, /PP100[12]\] .*text\.onnx: /],
      ['an operator that is not supported', [fixture('unsupported.onnx')], 1, /PP1004\] Det:y \(Det\): /],
      [
        'inputs are missing',
        [up],
        1,
        /PP4001\] up: .*image: float32\[1, 3, height, width\]\. Give --input image=FILE .*--random 1/,
      ],
      [
        'a random input of open size',
        [up, '--random', '1'],
        1,
        /PP4001\] input image: .*--shape image=1x3x640x640/,
      ],
      [
        'a random input of absurd size',
        [up, '--random', '1', '--shape', 'image=1x1x999999999x999999999'],
        1,
        /PP4004\] input image: .*999999999\] has \d+ elements/,
      ],
      [
        'an unknown input',
        [up, '--input', `picture=${fixture('image.npy')}`],
        1,
        /PP4002\] --input picture: .*are: image\./,
      ],
      [
        'an unknown output',
        [up, '--input', image, '--output', 'y=y.npy'],
        1,
        /PP4002\] --output y: .*are: mask, peak\./,
      ],
      ['an input file that does not exist', [up, '--input', 'image=no.npy'], 1, /PP5002\] no\.npy: /],
      [
        'an input of another shape',
        [up, '--input', `image=${fixture('mask.npy')}`],
        1,
        /PP4004\] input image: .*\[1, 1, 8, 10\]/,
      ],
      [
        'an output of no known format',
        [up, '--input', image, '--output', 'mask=m.tiff'],
        1,
        /PP5003\] m\.tiff: .*\.png/,
      ],
      [
        'an output folder that does not exist',
        [up, '--input', image, '--output', 'mask=no/m.npy'],
        1,
        /PP5002\] no: /,
      ],
      [
        'an output that is no picture',
        [up, '--input', image, '--output', `peak=${path('p.png')}`],
        1,
        /PP5003\] .*p\.png: /,
      ],
      ['an input without a file', [up, '--input', 'image'], 2, /NAME=FILE/],
      ['an input twice', [up, '--input', image, '--input', image], 2, /image is given twice/],
      ['a shape that is none', [up, '--random', '1', '--shape', 'image=1x3xH'], 2, /1x3x224x224/],
      ['a shape without random elements', [up, '--shape', 'image=1x3x2x2'], 2, /Add --random 1/],
      ['no threads', [up, '--threads', '0'], 2, /from 1 to 256/],
      ['an unknown backend', [up, '--backend', 'gpu'], 2, /"gpu", only cpu, reference/],
      ['an unknown option', [up, '--fast'], 2, /'--fast'.*polyphase run --help/],
      ['no model at all', [], 2, /'MODEL'/],
    ];
  test.each(cases)('%s', async (_, args, code, message) => {
    const before = readdirSync(folder);
    const ended = await polyphase('run', ...args);
    expect(ended).toMatchObject({ code, out: '' });
    expect(ended.err).toMatch(/^\[polyphase PP\d{4}\] .+: .+\. .+\.\n$/);
    expect(ended.err).toMatch(message);
    expect(ended.err.startsWith('[polyphase PP5001]')).toBe(code === 2);
    expect(readdirSync(folder)).toEqual(before);
  });

  test('--verbose gives the stack', async () => {
    const { code, err } = await polyphase('run', path('cut.onnx'), '--verbose');
    expect(code).toBe(1);
    expect(err).toMatch(/PP1002.*\n +at .*\n(.*\n)*caused by /);
  });
});
